-- One row: how many questions there are, how many have a status, and sums that tell which.
SELECT
    count(*) AS questions,
    count(s.status) AS found,
    sum(s.caseworker_id) AS caseworkers,
    sum(CAST(octet_length(s.status) AS BIGINT) * (q.id % 1000)) AS statuses
FROM questions AS q
LEFT JOIN statuses AS s ON s.case_id = q.case_id AND as_of(s.valid_from <= q.day)
