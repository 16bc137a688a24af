-- One row: the advis with one caseworker at report_date(): new and in progress with the owner of the case, done in
-- the month with who finished them. The newest name of a caseworker counts.
WITH names AS (
    SELECT caseworker_id, last_value(name ORDER BY valid_from) AS name
    FROM caseworkers
    GROUP BY caseworker_id
)
SELECT
    CASE
        WHEN totals.caseworker_id IS NULL THEN 'none'
        ELSE coalesce(names.name, CAST(totals.caseworker_id AS VARCHAR))
    END AS caseworker,
    sum(totals.new) AS new,
    sum(totals.in_progress) AS in_progress,
    sum(totals.done_in_month) AS done_in_month
FROM report.advis_per_caseworker AS totals
LEFT JOIN names ON names.caseworker_id = totals.caseworker_id
GROUP BY totals.caseworker_id, names.name
ORDER BY (totals.caseworker_id IS NULL) DESC, caseworker, totals.caseworker_id
