-- One row: one payment of kontanthjælp for December 2022; withheld with its reason where a caseworker must act.
SELECT
    2022120000000000 + case_id AS payment_id,
    'benchmark' AS run_id,
    case_id,
    person_id,
    'kontanthjaelp' AS benefit,
    DATE '2022-12-01' AS period,
    gross,
    DATE '2022-12-30' AS pay_on,
    CASE WHEN reason IS NULL THEN 'requested' ELSE 'withheld' END AS status,
    reason AS status_reason,
    sha256(person_id || '|kontanthjaelp|2022-12-01|' || CAST(gross * 100 AS BIGINT)) AS fingerprint
FROM assessed
WHERE gross IS DISTINCT FROM 0
ORDER BY period, case_id
