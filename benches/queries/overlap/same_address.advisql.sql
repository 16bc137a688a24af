-- One row: pairs of persons who lived at one address at the same time, and sums over who they are.
SELECT
    count(*) AS pairs,
    sum(a.person_id) AS first_persons,
    sum(b.person_id) AS second_persons
FROM residences AS a
INNER JOIN residences AS b
    ON
        a.address_id = b.address_id
        AND a.valid_from < b.valid_to
        AND b.valid_from < a.valid_to
        AND a.person_id < b.person_id
