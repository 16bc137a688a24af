-- One row: the first day of the newest month in which every published amount that a month's run and the synthetic
-- people need is known; NULL when there is none. Needed are the rates of kontanthjælp by age and duty to provide,
-- and the disregard of wages. The newest such month is the last one that some needed amount is known for.
WITH needed (benefit, parameter) AS (
    VALUES
        ('kontanthjaelp', 'age_30_plus_provider'),
        ('kontanthjaelp', 'age_30_plus_other'),
        ('kontanthjaelp', 'under_30_single_provider'),
        ('kontanthjaelp', 'age_25_29_living_out'),
        ('fradrag', 'work_income_disregard_per_hour'),
        ('fradrag', 'work_income_disregard_max_hours_per_month')
),
known AS (
    SELECT rates.benefit, rates.parameter, rates.valid_from, rates.valid_to
    FROM law.rates AS rates
    JOIN needed ON needed.benefit = rates.benefit AND needed.parameter = rates.parameter
    WHERE rates.status = 'published'
),
months AS (
    SELECT DISTINCT CAST(date_trunc('month', valid_to - 1) AS DATE) AS month
    FROM known
),
covered AS (
    SELECT months.month
    FROM months
    JOIN known
        ON known.valid_from <= months.month
        AND known.valid_to >= CAST(months.month + INTERVAL '1 month' AS DATE)
    GROUP BY months.month
    HAVING count(DISTINCT concat(known.benefit, '/', known.parameter)) = (SELECT count(*) FROM needed)
)
SELECT max(month) AS month
FROM covered
