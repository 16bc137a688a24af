-- One row: the sums of every step of økonomisk friplads (dagtilbudsloven § 43) over all person-months, in øre and hundredths of hours.
WITH scales AS (
    SELECT
        place_price,
        sibling_in_dearer_place,
        12 * monthly_income AS income,
        CASE WHEN single_provider THEN oekonomisk_friplads_single_parent_increase ELSE 0 END
        + (children - 1) * oekonomisk_friplads_increase_per_child_beyond_first AS raise,
        oekonomisk_friplads_full_place_income_up_to AS free,
        oekonomisk_friplads_no_subsidy_from_household_income AS full_price,
        oekonomisk_friplads_income_step_per_1_pct_parent_payment AS step,
        oekonomisk_friplads_parent_payment_pct_first_step // 100 AS first_pct,
        oekonomisk_friplads_parent_payment_pct_last_step // 100 AS last_pct,
        oekonomisk_friplads_sibling_subsidy_pct AS sibling_pct
    FROM facts
    JOIN rates_by_day ON day = period
),
shares AS (
    SELECT
        *,
        CASE
            WHEN income < free + raise THEN 0
            WHEN income >= full_price + raise THEN 100
            ELSE least(first_pct + (income - free - raise) // step, last_pct)
        END AS pct
    FROM scales
),
payments AS (
    SELECT *, (place_price * pct + 50) // 100 AS payment FROM shares
),
discounts AS (
    SELECT *, CASE WHEN sibling_in_dearer_place THEN (payment * sibling_pct + 5000) // 10000 ELSE 0 END AS discount
    FROM payments
)
SELECT
    count(payment) AS calculated,
    sum(place_price - payment) AS economic_subsidy,
    sum(discount) AS sibling_subsidy,
    sum(place_price - payment + discount) AS gross,
    sum(payment - discount) AS parent_payment,
    sum(pct) AS parent_payment_pct,
    sum(income) AS annual_income,
    sum(free + raise) AS free_below,
    sum(full_price + raise) AS full_from
FROM discounts
