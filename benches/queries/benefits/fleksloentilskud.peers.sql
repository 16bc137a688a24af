-- One row: the sums of every step of fleksløntilskud (LAB §§ 123-137) over all person-months, in øre and hundredths of hours.
WITH priced AS (
    SELECT
        flex_wage,
        full_time_pay,
        holiday_supplement,
        other_benefit_days,
        flex_wage = 0 AS no_wage,
        flex_wage + other_wage AS wage,
        fleksloentilskud_max_98_pct_of_dagpenge AS maximum,
        fleksloentilskud_income_limit_30_to_55_pct AS wage_limit,
        fleksloentilskud_reduction_pct_below_limit AS below_pct,
        fleksloentilskud_reduction_pct_above_limit AS above_pct,
        atp_fleksloentilskud_recipient_contribution_pct AS atp_pct,
        atp_fleksloentilskud_recipient_contribution_max AS atp_max
    FROM facts
    JOIN rates_by_day ON day = period
),
below AS (
    SELECT *, least((least(wage, wage_limit) * below_pct + 5000) // 10000, maximum) AS below FROM priced
),
above AS (
    SELECT *, least((greatest(wage - wage_limit, 0) * above_pct + 5000) // 10000, maximum - below) AS above FROM below
),
reduced AS (
    SELECT
        *,
        maximum - below - above AS reduced,
        least(greatest(flex_wage + maximum - below - above - full_time_pay, 0), maximum - below - above) AS over_pay
    FROM above
),
capped AS (
    SELECT
        *,
        CASE
            WHEN over_pay = 0 THEN 0
            ELSE least(greatest(flex_wage + reduced - full_time_pay - holiday_supplement, 0), reduced)
        END AS over_ceiling,
        -- The average number of days a month is not known before 2022.
        CASE WHEN other_benefit_days = 0 THEN 0 END AS days
    FROM reduced
),
paid AS (
    SELECT *, reduced - over_ceiling - days AS gross FROM capped
)
SELECT
    count(CASE WHEN no_wage THEN 0 ELSE gross END) AS calculated,
    sum(CASE WHEN no_wage THEN 0 ELSE maximum END) AS maximum,
    sum(CASE WHEN no_wage THEN 0 ELSE -below END) AS reduction_below_limit,
    sum(CASE WHEN no_wage THEN 0 ELSE -above END) AS reduction_above_limit,
    sum(CASE WHEN no_wage THEN 0 ELSE -over_ceiling END) AS ceiling_reduction,
    sum(CASE WHEN no_wage THEN 0 ELSE -days END) AS other_benefit_reduction,
    sum(CASE WHEN no_wage THEN 0 ELSE gross END) AS gross,
    sum(CASE WHEN no_wage THEN NULL ELSE wage END) AS wage_income,
    sum(CASE WHEN no_wage THEN 0 ELSE least((gross * atp_pct + 5000) // 10000, atp_max) END) AS elevated_atp
FROM paid
