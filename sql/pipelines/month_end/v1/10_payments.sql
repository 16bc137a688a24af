-- One row: one payment of kontanthjælp for the month; withheld with its reason where a caseworker must act.
-- A case whose amount is calculated as zero has nothing to pay and no row. Tax, ATP, set-off and
-- administration are not calculated by this version: NULL, and so is the net amount.
SELECT
    payment_id($period, case_id) AS payment_id,
    $run_id AS run_id,
    case_id,
    person_id,
    'kontanthjaelp' AS benefit,
    $period AS period,
    result['gross'] AS gross,
    CAST(NULL AS DECIMAL(12, 2)) AS atp,
    CAST(NULL AS DECIMAL(12, 2)) AS tax,
    CAST(NULL AS DECIMAL(12, 2)) AS set_off,
    CAST(NULL AS DECIMAL(12, 2)) AS administration,
    CAST(NULL AS DECIMAL(12, 2)) AS net,
    bank_day_last_of_month($period) AS pay_on,
    CASE WHEN reason IS NULL THEN 'requested' ELSE 'withheld' END AS status,
    reason AS status_reason,
    payment_fingerprint(person_id, 'kontanthjaelp', $period, result['gross']) AS fingerprint
FROM run.assessed
WHERE result['gross'] IS NULL OR result['gross'] <> 0
