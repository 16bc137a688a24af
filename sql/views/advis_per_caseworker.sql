-- One row: the advis of one event type with one caseworker at the end of report_date(). The owner of an advis is
-- the owner of its case and answers for those that are new or in progress; the doer is who finished it, counted
-- for the month of report_date(). caseworker_id NULL: advis without an owner, or finished without a person.
WITH owned AS (
    SELECT
        case_row.owner_id AS caseworker_id,
        advis.event_code,
        count(*) FILTER (WHERE advis.status = 'new') AS new,
        count(*) FILTER (WHERE advis.status = 'in_progress') AS in_progress,
        0 AS done_in_month
    FROM report.advis_state AS advis
    LEFT JOIN report.cases_newest AS case_row ON case_row.case_id = advis.case_id
    WHERE advis.status IN ('new', 'in_progress')
    GROUP BY 1, 2
),
finished AS (
    SELECT
        advis.caseworker_id,
        advis.event_code,
        0 AS new,
        0 AS in_progress,
        count(*) AS done_in_month
    FROM report.advis_state AS advis
    WHERE advis.status = 'done'
        AND advis.finished_at >= local_midnight(CAST(date_trunc('month', report_date()) AS DATE))
    GROUP BY 1, 2
)
SELECT
    caseworker_id,
    event_code,
    sum(new) AS new,
    sum(in_progress) AS in_progress,
    sum(done_in_month) AS done_in_month
FROM (
    SELECT * FROM owned
    UNION ALL
    SELECT * FROM finished
) AS parts
GROUP BY caseworker_id, event_code
