-- One row: one task "Manuel godkendelse": a caseworker must decide before a withheld payment can be made. It has
-- the id of the payment, so that every run of the month makes the same one. A run has no clock: the task counts as
-- made when the day of payment begins, and must be done on that day. It lies in the package of its type, which the
-- municipality empties before the end of the month, and nobody owns it yet.
SELECT
    payments.payment_id AS task_id,
    'Manuel godkendelse' AS task_type,
    CAST(NULL AS BIGINT) AS advis_id,
    payments.case_id,
    payments.person_id,
    payments.benefit,
    grants.municipality_code,
    local_midnight(payments.pay_on) AS created_at,
    payments.pay_on AS due_on,
    true AS must_before_run,
    'Manuel godkendelse' AS package,
    CAST(NULL AS BIGINT) AS owner_id,
    'package_of_type' AS assigned_by_rule,
    local_midnight(payments.pay_on) AS registered_at
FROM run.payments AS payments
JOIN run.grants AS grants ON grants.case_id = payments.case_id
WHERE payments.status = 'withheld'
