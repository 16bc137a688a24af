-- One row: how many cases there are, and sums over the newest status of each.
SELECT count(*) AS cases, sum(strlen(status)) AS statuses, sum(strlen(status) * (case_id % 1000)) AS which
FROM (
    SELECT
        case_id,
        status,
        row_number() OVER (PARTITION BY case_id ORDER BY valid_from DESC, seq DESC) AS place
    FROM statuses
)
WHERE place = 1
