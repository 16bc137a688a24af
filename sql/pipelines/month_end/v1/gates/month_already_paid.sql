-- One row: one payment of the month that NemKonto has answered; its money has left.
SELECT payments.payment_id, payments.case_id, min(receipts.answer_code) AS answer_code
FROM payments
JOIN payment_receipts AS receipts ON receipts.payment_id = payments.payment_id
WHERE payments.period = $period
GROUP BY payments.payment_id, payments.case_id
ORDER BY payments.payment_id
