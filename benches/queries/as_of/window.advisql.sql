-- One row: the same by ranking every pair with a window.
SELECT
    count(*) AS questions,
    count(status) AS found,
    sum(caseworker_id) AS caseworkers,
    sum(CAST(octet_length(status) AS BIGINT) * (id % 1000)) AS statuses
FROM (
    SELECT
        q.id,
        s.status,
        s.caseworker_id,
        row_number() OVER (PARTITION BY q.id ORDER BY s.valid_from DESC) AS place
    FROM questions AS q
    LEFT JOIN statuses AS s ON s.case_id = q.case_id AND s.valid_from <= q.day
)
WHERE place = 1
