-- One row: a case and a day on which its status is asked for.
SELECT
    i::BIGINT AS id,
    ((i * 7919 + 13) % $cases)::BIGINT AS case_id,
    DATE '2014-06-01' + ((i * 104729) % 4000)::INTEGER AS day
FROM range($rows) AS r(i)
