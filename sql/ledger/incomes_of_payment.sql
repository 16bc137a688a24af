-- One row: one income line of the citizen in the month of the payment, as delivered.
SELECT
    incomes.income_group,
    incomes.kind,
    incomes.se_number,
    incomes.pay_from,
    incomes.pay_to,
    incomes.available_on,
    incomes.amount,
    incomes.hours,
    incomes.registered_at
FROM incomes
WHERE incomes.period = $period AND incomes.person_id = $person_id
ORDER BY incomes.se_number, incomes.pay_from, incomes.registered_at, incomes.kind
