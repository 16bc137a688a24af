-- One row: the open tasks (restance) of one municipality, type, benefit and age band at the end of report_date(),
-- and how many of them are past their deadline. Age is counted in calendar days from the day they were made.
SELECT
    municipality_code,
    task_type,
    benefit,
    CASE
        WHEN report_date() - created_on <= 7 THEN '0-7'
        WHEN report_date() - created_on <= 14 THEN '8-14'
        WHEN report_date() - created_on <= 30 THEN '15-30'
        ELSE '31+'
    END AS age_band,
    count(*) AS tasks,
    count(*) FILTER (WHERE due_on < report_date()) AS overdue
FROM report.tasks_open
GROUP BY 1, 2, 3, 4
