-- One row: how many questions there are, how many have a status, and sums that tell which.
SELECT
    count(*) AS questions,
    count(s.status) AS found,
    sum(s.caseworker_id) AS caseworkers,
    sum(strlen(s.status)::BIGINT * (q.id % 1000)) AS statuses
FROM questions AS q
ASOF LEFT JOIN statuses AS s ON s.case_id = q.case_id AND s.valid_from <= q.day
