-- One row: one payment that is withheld at report_date(), why, and for how many calendar days since it should
-- have been at the citizen's disposal.
SELECT
    payment_id,
    case_id,
    benefit,
    period,
    gross,
    status_reason,
    pay_on,
    report_date() - pay_on AS days
FROM payments
WHERE status = 'withheld' AND period <= report_date()
