-- One row: how many cases there are, and sums over the newest status of each.
SELECT count(*) AS cases, sum(octet_length(status)) AS statuses, sum(octet_length(status) * (case_id % 1000)) AS which
FROM (SELECT case_id, latest(status, valid_from, seq) AS status FROM statuses GROUP BY case_id)
