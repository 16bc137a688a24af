-- One row: one person and month of 2016 to 2024 with the facts that kontanthjælp needs. Three in ten have a spouse, one in five a wage.
WITH drawn AS (
    SELECT
        i,
        hash(i, 'month') % 108 AS month,
        hash(i, 'age') % 16801 AS age_days,
        hash(i, 'facts') AS facts,
        hash(i, 'wage') AS wage,
        hash(i, 'other') AS other,
        hash(i, 'spouse') AS spouse
    FROM range($rows) AS rows (i)
),
facts AS (
    SELECT
        CAST(DATE '2016-01-01' + to_months(CAST(month AS INTEGER)) AS DATE) AS period,
        age_days,
        facts % 4 = 0 AS provider,
        facts // 4 % 2 = 0 AS extra_child_allowance,
        facts // 8 % 10 < 7 AS single,
        facts // 80 % 5 = 0 AS lives_with_parent,
        facts // 400 % 100 = 0 AS pregnant_past_week_12,
        facts // 40000 % 50 = 0 AS severe_mental_illness,
        facts // 2000000 % 2 = 0 AS activity_ready,
        CASE WHEN wage % 5 = 0 THEN CAST(wage // 5 % 1500000 AS DECIMAL(12, 2)) / 100 ELSE 0 END AS work_income,
        CASE WHEN wage % 5 = 0 THEN CAST(wage // 7500000 % 17001 AS DECIMAL(12, 2)) / 100 ELSE 0 END AS work_hours,
        CASE WHEN other % 10 = 0 THEN CAST(other // 10 % 500000 AS DECIMAL(12, 2)) / 100 ELSE 0 END AS other_income,
        spouse
    FROM drawn
)
SELECT
    period,
    CAST(period - to_days(CAST(6575 + age_days AS INTEGER)) AS DATE) AS birth_date,
    provider,
    extra_child_allowance,
    single,
    lives_with_parent,
    pregnant_past_week_12,
    severe_mental_illness,
    true AS vocational_education,
    activity_ready,
    CAST(work_income AS DECIMAL(12, 2)) AS work_income,
    CAST(work_hours AS DECIMAL(9, 2)) AS work_hours,
    CAST(other_income AS DECIMAL(12, 2)) AS other_income,
    CAST(CASE WHEN NOT single AND spouse % 2 = 0 THEN spouse // 2 % 3000000 / 100 ELSE 0 END AS DECIMAL(12, 2))
        AS spouse_work_income,
    CAST(CASE WHEN NOT single AND spouse % 2 = 0 THEN spouse // 6000000 % 16001 / 100 ELSE 0 END AS DECIMAL(9, 2))
        AS spouse_work_hours,
    CAST(0 AS DECIMAL(12, 2)) AS spouse_other_income,
    CAST(CASE WHEN single THEN 0 ELSE 8000 END AS DECIMAL(12, 2)) AS spouse_help
FROM facts
