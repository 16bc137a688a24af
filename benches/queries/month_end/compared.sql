-- One row: the payments of one engine in sums, and a number that changes when any payment does.
SELECT
    count(*) AS payments,
    count(*) FILTER (WHERE status = 'requested') AS requested,
    count(DISTINCT status_reason) AS reasons,
    sum(gross) AS gross,
    sum(
        hash(
            case_id,
            person_id,
            CAST(gross AS DECIMAL(12, 2)),
            CAST(status AS VARCHAR),
            coalesce(CAST(status_reason AS VARCHAR), '')
        ) % 1000000007
    ) AS checksum
FROM payments
