-- One row: one person and month of 2019 to 2022 with the facts of more benefits, in the types of the store.
WITH drawn AS (
    SELECT
        i,
        CAST(hash(i, 'month') % 48 AS INTEGER) AS month,
        CAST(hash(i, 'age') % 16801 AS INTEGER) AS age_days,
        CAST(hash(i, 'a') >> 2 AS BIGINT) AS a,
        CAST(hash(i, 'b') >> 2 AS BIGINT) AS b,
        CAST(hash(i, 'c') >> 2 AS BIGINT) AS c,
        CAST(hash(i, 'd') >> 2 AS BIGINT) AS d,
        CAST(hash(i, 'e') >> 2 AS BIGINT) AS e,
        CAST(hash(i, 'f') >> 2 AS BIGINT) AS f,
        CAST(hash(i, 'g') >> 2 AS BIGINT) AS g
    FROM range($rows) AS rows (i)
),
dated AS (
    SELECT
        *,
        CAST(DATE '2019-01-01' + to_months(month) AS DATE) AS period,
        a % 4 = 0 AS provider,
        a // 4 % 10 < 7 AS single,
        a // 40 % 5 = 0 AS works
    FROM drawn
)
SELECT
    period,
    -- Months in which the other benefits have their law and amounts.
    CAST(DATE '2013-01-01' + to_months(month % 12) AS DATE) AS month_of_2013,
    CAST(DATE '2019-01-01' + to_months(month % 12) AS DATE) AS month_of_2019,
    CAST(DATE '2020-01-01' + to_months(month) AS DATE) AS month_from_2020,
    CAST(DATE '2025-07-01' + to_months(month % 18) AS DATE) AS month_from_2025,
    CAST(period - to_days(6575 + age_days) AS DATE) AS birth_date,
    CAST(period - to_days(6575 + age_days % 4382) AS DATE) AS young_birth_date,
    provider,
    single,
    -- Help under the act on active social policy.
    a // 200 % 2 = 0 AS extra_child_allowance,
    a // 400 % 5 = 0 AS lives_with_parent,
    a // 2000 % 100 = 0 AS pregnant_past_week_12,
    a // 200000 % 50 = 0 AS mental_illness,
    a // 10000000 % 20 = 0 AS vocational_education,
    a // 200000000 % 2 = 0 AS activity_ready,
    b % 10 = 0 AS dansk_bonus,
    CASE WHEN b // 10 % 20 = 0 THEN CAST(526 AS DECIMAL(12, 2)) END AS reduction_225,
    CASE WHEN b // 200 % 20 = 0 THEN CAST(b // 4000 % 2000 AS DECIMAL(12, 2)) END AS child_support,
    CAST(CASE WHEN works THEN CAST(b // 8 % 1500000 AS DECIMAL(14, 2)) / 100 ELSE 0 END AS DECIMAL(12, 2)) AS work_income,
    CAST(CASE WHEN works THEN CAST(b // 16 % 17001 AS DECIMAL(14, 2)) / 100 ELSE 0 END AS DECIMAL(12, 2)) AS work_hours,
    CAST(CASE WHEN b // 32 % 10 = 0 THEN CAST(b // 320 % 500000 AS DECIMAL(14, 2)) / 100 ELSE 0 END AS DECIMAL(12, 2))
        AS other_income,
    CAST(CASE WHEN NOT single AND c % 2 = 0 THEN c // 2 % 30000 ELSE 0 END AS DECIMAL(12, 2)) AS spouse_work_income,
    CAST(CASE WHEN NOT single AND c % 2 = 0 THEN c // 4 % 161 ELSE 0 END AS DECIMAL(12, 2)) AS spouse_work_hours,
    CAST(0 AS DECIMAL(12, 2)) AS spouse_other_income,
    CAST(CASE WHEN single THEN 0 ELSE 8000 END AS DECIMAL(12, 2)) AS spouse_help,
    -- The ceiling and the 225-hour rule.
    ['adult', 'adult', 'young', 'student'][1 + c // 8 % 4] AS rate_group,
    CAST(CASE WHEN provider THEN 1 + c // 32 % 3 ELSE 0 END AS BIGINT) AS children,
    CAST(8000 + c // 64 % 8000 AS DECIMAL(12, 2)) AS help,
    CAST(CASE WHEN c // 128 % 3 = 0 THEN c // 384 % 3000 ELSE 0 END AS DECIMAL(12, 2)) AS saerlig_stoette,
    CAST(CAST(c // 256 % 400000 AS DECIMAL(14, 2)) / 100 AS DECIMAL(12, 2)) AS housing_benefit,
    CAST(1 + c // 512 % 3 AS BIGINT) AS adults,
    c // 1024 % 20 = 0 AS exempt_dwelling,
    d % 5 = 0 AS decided,
    ['adult', 'lower', 'student'][1 + d // 5 % 3] AS level,
    CASE WHEN NOT single THEN CAST(d // 15 % 16000 AS DECIMAL(12, 2)) END AS decided_amount,
    -- Revalideringsydelse.
    d // 7 % 20 = 0 AS pre_rehabilitation,
    d // 11 % 2 = 0 AS child_at_home,
    d // 13 % 10 = 0 AS prior_income_above_max,
    CAST(CASE WHEN d // 17 % 10 = 0 THEN d // 170 % 2000 ELSE 0 END AS DECIMAL(12, 2)) AS child_maintenance,
    -- Single payments.
    CAST(d // 19 % 5000 AS DECIMAL(12, 2)) AS needed,
    ['expense', 'treatment', 'contact', 'others_child', 'moving'][1 + d // 23 % 5] AS purpose,
    CAST(CAST(d // 29 % 1500000 AS DECIMAL(14, 2)) / 100 AS DECIMAL(12, 2)) AS granted,
    d // 31 % 3 = 0 AS repayable,
    ['kontanthjaelp', 'uddannelseshjaelp', 'integrationsydelse'][1 + e % 3] AS help_kind,
    CAST(CAST(100000 + e // 3 % 1200000 AS DECIMAL(14, 2)) / 100 AS DECIMAL(12, 2)) AS cost,
    CAST(CASE WHEN e // 5 % 2 = 0 THEN e // 10 % 1000 ELSE 0 END AS DECIMAL(12, 2)) AS other_subsidies,
    CAST(e // 7 % 601 AS DECIMAL(12, 2)) AS own_payment_made,
    e // 11 % 2 = 0 AS approved,
    -- Godtgørelse, refund of flexjobs from before 2013.
    CAST(CAST(e // 13 % 12000 AS DECIMAL(14, 2)) / 100 AS DECIMAL(12, 2)) AS km_per_day,
    CAST(e // 17 % 24 AS BIGINT) AS days,
    CAST(CASE WHEN e // 19 % 4 = 0 THEN e // 76 % 1500 ELSE 0 END AS DECIMAL(12, 2)) AS expenses,
    CAST(DATE '1999-01-01' + to_days(CAST(e // 23 % 5113 AS INTEGER)) AS DATE) AS flexjob_from,
    CAST(CAST(1500000 + e // 29 % 3000000 AS DECIMAL(14, 2)) / 100 AS DECIMAL(12, 2)) AS wage,
    ['one_half', 'two_thirds'][1 + e // 31 % 2] AS share,
    CASE WHEN e // 37 % 2 = 0 THEN CAST(CAST(e // 74 % 16034 AS DECIMAL(14, 2)) / 100 AS DECIMAL(12, 2)) END AS hours,
    -- The system of July 2025.
    f % 2 = 0 AS couple_whole_month,
    f // 2 % 2 = 0 AS raised_rate_whole_month,
    CAST(f // 4 % 5 AS BIGINT) AS children_at_home,
    CAST(f // 20 % 12 AS BIGINT) AS months_on_help,
    CASE WHEN f // 240 % 5 = 0 THEN CAST(f // 1200 % 6 AS BIGINT) END AS months_since_work,
    f // 7 % 10 > 0 AS documented,
    f // 11 % 3 = 0 AS single_provider,
    -- Around the benefits.
    CAST(CAST(f // 13 % 3000000 AS DECIMAL(14, 2)) / 100 AS DECIMAL(12, 2)) AS assets,
    CASE WHEN f // 17 % 20 = 0 THEN CAST(0 AS DECIMAL(12, 2)) END AS assets_left_out,
    CAST(CASE WHEN single THEN 0 ELSE f // 19 % 20000 END AS DECIMAL(12, 2)) AS spouse_assets,
    ['main', 'main', 'main', 'secondary', 'none'][1 + g % 5] AS card,
    ['oere', 'nearest_krone', 'cut_oere', 'base_down_10_tax_up'][1 + g // 5 % 4] AS method,
    CAST(CAST(g // 20 % 2500000 AS DECIMAL(14, 2)) / 100 AS DECIMAL(12, 2)) AS income,
    CAST(CAST(g // 7 % 600000 AS DECIMAL(14, 2)) / 100 AS DECIMAL(12, 2)) AS deduction,
    CAST(34 + g // 11 % 10 AS DECIMAL(12, 2)) AS percent,
    ['offer', 'interview', 'booking', 'other'][1 + g // 13 % 4] AS offence,
    CAST(DATE '2020-01-01' + to_days(CAST(g // 17 % 1800 AS INTEGER)) AS DATE) AS event_date,
    CAST(CAST(g // 19 % 1800000 AS DECIMAL(14, 2)) / 100 AS DECIMAL(12, 2)) AS help_before_income,
    CAST(1 + g // 23 % 10 AS BIGINT) AS offence_days
FROM dated
