-- One row: one case that two runs of a month end differently: another amount, another status or reason, or
-- only in one of them.
SELECT
    coalesce(before.case_id, after.case_id) AS case_id,
    coalesce(before.person_id, after.person_id) AS person_id,
    coalesce(before.benefit, after.benefit) AS benefit,
    before.gross AS gross_before,
    after.gross AS gross_after,
    CAST(after.gross - before.gross AS DECIMAL(12, 2)) AS difference,
    before.status AS status_before,
    after.status AS status_after,
    before.status_reason AS reason_before,
    after.status_reason AS reason_after
FROM run.before AS before
FULL JOIN run.after AS after ON after.case_id = before.case_id
-- Parentheses: without them DataFusion reads everything after IS DISTINCT FROM as its right side.
WHERE (before.gross IS DISTINCT FROM after.gross)
    OR (before.status IS DISTINCT FROM after.status)
    OR (before.status_reason IS DISTINCT FROM after.status_reason)
ORDER BY case_id
