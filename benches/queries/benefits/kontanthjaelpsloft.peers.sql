-- One row: the sums of every step of kontanthjælpsloft (LAS § 25 b) over all person-months, in øre.
WITH law AS (
    SELECT
        month,
        CAST(max(CASE WHEN parameter = 'para1_couple_provider' THEN amount END) * 100 AS BIGINT) AS adult_couple_children,
        CAST(max(CASE WHEN parameter = 'para1_couple_non_provider' THEN amount END) * 100 AS BIGINT) AS adult_couple,
        CAST(max(CASE WHEN parameter = 'para1_single_provider_1_child' THEN amount END) * 100 AS BIGINT) AS adult_single_1,
        CAST(max(CASE WHEN parameter = 'para1_single_provider_2_plus_children' THEN amount END) * 100 AS BIGINT)
            AS adult_single_2,
        CAST(max(CASE WHEN parameter = 'para1_single_non_provider' THEN amount END) * 100 AS BIGINT) AS adult_single,
        CAST(max(CASE WHEN parameter = 'para2_couple_provider_1_child' THEN amount END) * 100 AS BIGINT) AS young_couple_1,
        CAST(max(CASE WHEN parameter = 'para2_couple_provider_2_plus_children' THEN amount END) * 100 AS BIGINT)
            AS young_couple_2,
        CAST(max(CASE WHEN parameter = 'para2_couple_non_provider' THEN amount END) * 100 AS BIGINT) AS young_couple,
        CAST(max(CASE WHEN parameter = 'para2_single_provider_1_child' THEN amount END) * 100 AS BIGINT) AS young_single_1,
        CAST(max(CASE WHEN parameter = 'para2_single_provider_2_plus_children' THEN amount END) * 100 AS BIGINT)
            AS young_single_2,
        CAST(max(CASE WHEN parameter = 'para2_single_non_provider' THEN amount END) * 100 AS BIGINT) AS young_single,
        CAST(max(CASE WHEN parameter = 'para3_couple_provider_1_child' THEN amount END) * 100 AS BIGINT)
            AS student_couple_1,
        CAST(max(CASE WHEN parameter = 'para3_couple_provider_2_plus_children' THEN amount END) * 100 AS BIGINT)
            AS student_couple_2,
        CAST(max(CASE WHEN parameter = 'para3_couple_non_provider' THEN amount END) * 100 AS BIGINT) AS student_couple,
        CAST(max(CASE WHEN parameter = 'para3_single_provider_1_child' THEN amount END) * 100 AS BIGINT)
            AS student_single_1,
        CAST(max(CASE WHEN parameter = 'para3_single_provider_2_plus_children' THEN amount END) * 100 AS BIGINT)
            AS student_single_2,
        CAST(max(CASE WHEN parameter = 'para3_single_non_provider' THEN amount END) * 100 AS BIGINT) AS student_single
    FROM months
    CROSS JOIN rates
    WHERE benefit = 'kontanthjaelpsloft' AND valid_from <= month AND valid_to > month
    GROUP BY month
),
ceilings AS (
    SELECT
        CAST(help * 100 AS BIGINT) AS help,
        CAST(saerlig_stoette * 100 AS BIGINT) AS saerlig_stoette,
        CAST(housing_benefit * 100 AS BIGINT) // (adults * 100) * 100 AS housing_share,
        CASE
            WHEN exempt_dwelling THEN NULL
            WHEN rate_group = 'adult' AND single
                THEN CASE WHEN children = 0 THEN adult_single WHEN children = 1 THEN adult_single_1 ELSE adult_single_2 END
            WHEN rate_group = 'adult' THEN CASE WHEN children = 0 THEN adult_couple ELSE adult_couple_children END
            WHEN rate_group = 'young' AND single
                THEN CASE WHEN children = 0 THEN young_single WHEN children = 1 THEN young_single_1 ELSE young_single_2 END
            WHEN rate_group = 'young'
                THEN CASE WHEN children = 0 THEN young_couple WHEN children = 1 THEN young_couple_1 ELSE young_couple_2 END
            WHEN single
                THEN CASE WHEN children = 0 THEN student_single WHEN children = 1 THEN student_single_1 ELSE student_single_2 END
            ELSE CASE WHEN children = 0 THEN student_couple WHEN children = 1 THEN student_couple_1 ELSE student_couple_2 END
        END AS ceiling
    FROM person_months
    JOIN law ON month = period
),
rooms AS (
    SELECT *, CASE WHEN ceiling IS NOT NULL THEN greatest(ceiling - help, 0) END AS room FROM ceilings
),
above AS (
    SELECT
        *,
        CASE WHEN room IS NULL THEN 0 ELSE greatest(saerlig_stoette + housing_share - room, 0) END AS above
    FROM rooms
),
cuts AS (
    SELECT
        *,
        least(above, saerlig_stoette) AS support_cut,
        least(above - least(above, saerlig_stoette), housing_share) AS housing_cut
    FROM above
)
SELECT
    count(saerlig_stoette) AS calculated,
    sum(saerlig_stoette) AS saerlig_stoette,
    sum(-support_cut) AS saerlig_stoette_cut,
    sum(housing_share) AS housing_share,
    sum(-housing_cut) AS housing_cut,
    sum(saerlig_stoette - support_cut + housing_share - housing_cut) AS gross,
    sum(ceiling) AS ceiling,
    sum(room) AS room
FROM cuts
