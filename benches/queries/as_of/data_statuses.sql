-- One row: a status of a case from a day on. Four a case, never two from one day; in the order they were registered.
SELECT
    (i % $cases)::BIGINT AS case_id,
    DATE '2015-01-01' + ((i // $cases) * 900 + (i * 2654435761) % 900)::INTEGER AS valid_from,
    (i // $cases)::INTEGER AS seq,
    ['received', 'granted', 'changed', 'stopped', 'closed'][1 + (i * 40503) % 5] AS status,
    ((i * 7919) % 8000)::INTEGER AS caseworker_id
FROM range($rows) AS r(i)
$order
