-- One row: the open tasks of one type at report_date(), and those past their deadline.
SELECT task_type, sum(tasks) AS tasks, sum(overdue) AS overdue
FROM report.task_backlog
GROUP BY task_type
ORDER BY tasks DESC, task_type
LIMIT 15
