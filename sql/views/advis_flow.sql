-- One row: the movement of one municipality's unhandled advis in one month, up to report_date():
-- opening + new - done - cancelled = closing. `new` counts those made in the month and those reopened in it,
-- which are also shown apart; a change between done and cancelled moves nothing.
WITH movements AS (
    SELECT
        municipality_code,
        CAST(date_trunc('month', created_on) AS DATE) AS month,
        'made' AS movement,
        count(*) AS advis
    FROM report.advis_state
    GROUP BY 1, 2
    UNION ALL
    SELECT
        advis.municipality_code,
        CAST(date_trunc('month', local_date(change.changed_at)) AS DATE) AS month,
        CASE WHEN change.status IN ('new', 'in_progress') THEN 'reopened' ELSE change.status END AS movement,
        count(*) AS advis
    FROM report.advis_status_changes AS change
    JOIN report.advis_state AS advis ON advis.advis_id = change.advis_id
    WHERE (change.status IN ('new', 'in_progress'))
        <> (coalesce(change.status_before, 'new') IN ('new', 'in_progress'))
    GROUP BY 1, 2, 3
),
span AS (
    SELECT municipality_code, min(month) AS first_month
    FROM movements
    GROUP BY municipality_code
),
months AS (
    SELECT
        municipality_code,
        -- Not range(): DataFusion 55 leaves out the last month when the end is not the first of one.
        unnest(
            generate_series(first_month, CAST(date_trunc('month', report_date()) AS DATE), INTERVAL '1 month')
        ) AS month
    FROM span
),
monthly AS (
    SELECT
        months.municipality_code,
        months.month,
        coalesce(sum(movements.advis) FILTER (WHERE movement IN ('made', 'reopened')), 0) AS new,
        coalesce(sum(movements.advis) FILTER (WHERE movement = 'reopened'), 0) AS reopened,
        coalesce(sum(movements.advis) FILTER (WHERE movement = 'done'), 0) AS done,
        coalesce(sum(movements.advis) FILTER (WHERE movement = 'cancelled'), 0) AS cancelled
    FROM months
    LEFT JOIN movements
        ON movements.municipality_code = months.municipality_code AND movements.month = months.month
    GROUP BY 1, 2
),
running AS (
    SELECT
        *,
        sum(new - done - cancelled) OVER (PARTITION BY municipality_code ORDER BY month) AS closing
    FROM monthly
)
SELECT
    municipality_code,
    month,
    closing - (new - done - cancelled) AS opening,
    new,
    reopened,
    done,
    cancelled,
    closing
FROM running
