-- One row: one person and month of 2018 to 2021 with the facts of six benefits; kroner, hours and per cent in hundredths, days since 1970.
WITH drawn AS (
    SELECT
        i,
        CAST(hash(i, 'month') % 48 AS INTEGER) AS month,
        CAST(hash(i, 'week') % 208 AS INTEGER) AS week,
        CAST(hash(i, 'age') % 16801 AS INTEGER) AS age_days,
        CAST(hash(i, 'a') >> 2 AS BIGINT) AS a,
        CAST(hash(i, 'b') >> 2 AS BIGINT) AS b,
        CAST(hash(i, 'c') >> 2 AS BIGINT) AS c,
        CAST(hash(i, 'd') >> 2 AS BIGINT) AS d,
        CAST(hash(i, 'e') >> 2 AS BIGINT) AS e,
        CAST(hash(i, 'f') >> 2 AS BIGINT) AS f
    FROM range($rows) AS rows (i)
),
dated AS (
    SELECT
        *,
        CAST(DATE '2018-01-01' + to_months(month) AS DATE) AS period,
        -- 2018-01-01 was a Monday.
        17532 + 7 * week AS week_day,
        a % 2 = 0 AS provider,
        ['ressourceforloeb', 'ressourceforloeb', 'jobafklaring', 'jobafklaring', 'jobafklaring_employer_refund'][1 + c % 5] AS course,
        CASE WHEN d % 20 < 14 THEN 'employee' WHEN d % 20 < 17 THEN 'self_employed' WHEN d % 20 < 19 THEN 'unemployed'
            ELSE 'partly_unemployed' END AS recipient,
        d // 20 % 3701 AS weekly_hours
    FROM drawn
)
SELECT
    CAST(period - DATE '1970-01-01' AS INTEGER) AS period,
    CAST(period - DATE '1970-01-01' - 5844 - age_days AS INTEGER) AS birth_date,
    CAST(period - to_days(CAST(5844 + age_days AS INTEGER)) AS DATE) > period - INTERVAL 25 YEARS AS under_25,
    provider,
    -- Fleksløntilskud.
    CAST(CASE WHEN a // 2 % 33 = 0 THEN 0 ELSE 200000 + a // 66 % 2500000 END AS BIGINT) AS flex_wage,
    CAST(CASE WHEN a // 7 % 10 = 0 THEN a // 70 % 500000 ELSE 0 END AS BIGINT) AS other_wage,
    CAST(2500000 + b % 1500000 AS BIGINT) AS full_time_pay,
    CAST(0 AS BIGINT) AS holiday_supplement,
    CAST(0 AS BIGINT) AS other_benefit_days,
    -- Særlig støtte.
    CAST(CASE WHEN provider THEN b // 3 % 4 ELSE 0 END AS BIGINT) AS children_at_home,
    CAST(CASE WHEN provider THEN b // 12 % 2 + CAST(b // 3 % 4 = 0 AND b // 12 % 2 = 0 AS INTEGER) ELSE 0 END AS BIGINT)
        AS children_away,
    b // 24 % 20 = 0 AS excluded,
    CAST(200000 + b // 480 % 800000 AS BIGINT) AS net_housing_cost,
    CAST(900000 + c // 5 % 700000 AS BIGINT) AS net_income,
    CAST(CASE WHEN c // 11 % 4 = 0 THEN c // 44 % 50000 ELSE 0 END AS BIGINT) AS work_costs,
    CAST(900000 + c // 13 % 500000 AS BIGINT) AS net_help,
    -- Ressourceforløbsydelse.
    course,
    ['kontanthjaelp', 'kontanthjaelp', 'sygedagpenge', 'ledighedsydelse_89_pct', 'ledighedsydelse_kontanthjaelp'][1 + c // 17 % 5]
        AS level,
    c // 85 % 4 = 0 AS lives_with_parent,
    CAST(CASE WHEN c // 340 % 10 = 0 THEN c // 3400 % 200000 ELSE 0 END AS BIGINT) AS child_maintenance,
    CAST(200000 + e % 300000 AS BIGINT) AS previous_week_amount,
    CAST(4 + e // 3 % 2 AS BIGINT) AS weeks,
    CAST(CASE WHEN c % 5 < 4 AND e // 6 % 3 = 0 THEN e // 18 % 2500000 ELSE 0 END AS BIGINT) AS wage,
    e // 7 % 3 = 0 AS employed_at_start,
    CAST(CASE WHEN e // 21 % 5 = 0 THEN e // 105 % 1500000 ELSE 0 END AS BIGINT) AS fleksloentilskud_paid,
    CAST(CASE WHEN c % 5 < 4 AND e // 11 % 20 = 0 THEN e // 220 % 500000 ELSE 0 END AS BIGINT) AS offer_income,
    CAST(e // 13 % 16001 AS BIGINT) AS offer_hours,
    CAST(CASE WHEN e // 17 % 10 = 0 THEN e // 170 % 500000 ELSE 0 END AS BIGINT) AS other_income,
    CAST(CASE WHEN c % 5 IN (2, 3) AND month // 12 = 1 AND e // 19 % 20 = 0 THEN e // 380 % 5001 ELSE 0 END AS BIGINT) AS work_share,
    CAST(3000000 AS BIGINT) AS employer_wage,
    -- Ledighedsydelse.
    ['max_89_pct', 'max_89_pct', 'kontanthjaelp'][1 + f % 3] AS unemployed_level,
    CAST(CASE WHEN f // 3 % 5 = 0 THEN f // 15 % 2000000 ELSE 0 END AS BIGINT) AS deduction,
    CAST(CASE WHEN f // 5 % 5 = 0 THEN f // 25 % 10001 ELSE 0 END AS BIGINT) AS side_hours,
    -- Økonomisk friplads.
    CAST(f // 7 % 6000000 AS BIGINT) AS monthly_income,
    f // 9 % 3 = 0 AS single_provider,
    CAST(1 + f // 27 % 4 AS BIGINT) AS children,
    CAST(150000 + f // 31 % 300000 AS BIGINT) AS place_price,
    f // 33 % 3 = 0 AS sibling_in_dearer_place,
    -- Sygedagpenge.
    week_day AS week,
    recipient,
    CAST(week_day - 5 + CAST(d // 11 % 10 AS INTEGER) - CASE WHEN d // 110 % 2 = 0 THEN 0 ELSE d // 220 % 150 END AS INTEGER)
        AS absent_from,
    CAST(CASE WHEN d // 13 % 5 = 0 THEN week_day + 6 + d // 65 % 20 ELSE 84006 END AS INTEGER) AS absent_to,
    CAST(weekly_hours AS BIGINT) AS weekly_hours,
    CAST(CASE WHEN d // 17 % 4 = 0 THEN d // 68 % (weekly_hours + 1) ELSE weekly_hours END AS BIGINT) AS absent_hours,
    d // 23 % 2 = 0 AS employer_offers_part_time,
    CAST(5000000 + d // 29 % 7000000 AS BIGINT) AS pay,
    CAST(30000 + d // 31 % 18101 AS BIGINT) AS pay_hours,
    d // 37 % 4 > 0 AS employer_period,
    CAST(CASE WHEN d // 41 % 10 = 0 THEN d // 410 % 500000 ELSE 0 END AS BIGINT) AS employer_pay,
    CAST(d // 43 % 700000 AS BIGINT) AS weekly_earning,
    ['none', 'first_day', 'third_day'][1 + d // 47 % 3] AS insurance,
    CAST(CASE WHEN d // 53 % 4 = 0 THEN d // 212 % 10001 ELSE 0 END AS BIGINT) AS sick_work_share,
    CAST(50000 + d // 59 % 40000 AS BIGINT) AS dagpenge_per_day,
    CAST(7000 + d // 61 % 5000 AS BIGINT) AS dagpenge_per_hour,
    d // 67 % 3 > 0 AS insured_full_time,
    CAST(d // 71 % 3001 AS BIGINT) AS work_hours
FROM dated
