-- One row: the open tasks of one municipality and type that must be handled before the monthly run, by bank days
-- left from report_date() to their deadline; without one, to the last bank day of the month. Negative: passed.
WITH dated AS (
    SELECT
        municipality_code,
        task_type,
        coalesce(due_on, bank_day_last_of_month(report_date())) AS deadline
    FROM report.tasks_open
    WHERE must_before_run
)
SELECT
    municipality_code,
    task_type,
    CASE
        WHEN deadline < report_date() THEN -bank_day_count(deadline, report_date())
        ELSE bank_day_count(report_date(), deadline)
    END AS bank_days_left,
    count(*) AS tasks
FROM dated
GROUP BY 1, 2, 3
