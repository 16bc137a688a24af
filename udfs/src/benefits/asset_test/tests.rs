use super::*;
use crate::benefits::las::testing::{Row, has_law, on, row};

fn run(facts: &Facts) -> Row<COUNT> {
    row::<AssetTest, COUNT>(facts.period, facts)
}

fn single(period: &str, assets: i64) -> Facts {
    Facts {
        period: on(period),
        assets: Some(assets),
        assets_left_out: None,
        single: Some(true),
        spouse_assets: None,
    }
}

#[test]
fn the_limit_by_date_and_civil_status() {
    for (period, spouse, limit) in [
        ("2014-01-01", None, 1_000_000),
        ("2025-06-01", None, 1_000_000),
        ("2025-07-01", None, 1_550_000),
        ("2025-06-01", Some(400_000), 2_000_000),
        ("2025-07-01", Some(400_000), 3_100_000),
    ] {
        for (above, excess) in [(-1, 0), (0, 0), (1, 1), (700_000, 700_000)] {
            let facts = Facts {
                single: Some(spouse.is_none()),
                spouse_assets: spouse,
                ..single(period, limit + above - spouse.unwrap_or(0))
            };
            let result = run(&facts);
            assert_eq!(result.gross(), Some(excess), "{period} {above}");
            assert_eq!(result.get(LIMIT), Some(limit));
            assert_eq!(result.get(ASSETS), Some(limit + above));
            assert_eq!(result.get(DISREGARD), Some(-(limit + above.min(0))));
            assert_eq!(result.get(WITHIN_LIMIT), Some(i64::from(excess == 0)));
            assert_eq!(result.rule(), if spouse.is_none() { "assets_single" } else { "assets_spouses" });
        }
    }
    assert!(!has_law::<AssetTest, COUNT>(on("2013-12-31")));
}

#[test]
fn a_decision_leaves_assets_out() {
    let facts = single("2023-05-01", 1_200_000);
    assert_eq!(run(&Facts { assets_left_out: Some(200_000), ..facts }).gross(), Some(0));
    assert_eq!(run(&Facts { assets_left_out: Some(199_999), ..facts }).gross(), Some(1));
    assert_eq!(run(&Facts { assets_left_out: Some(1_200_000), ..facts }).get(ASSETS), Some(0));
    assert_eq!(
        run(&Facts { assets_left_out: Some(1_200_001), ..facts }).missing(),
        "error: assets_left_out is more than the assets"
    );
}

#[test]
fn what_is_not_known_is_named() {
    let facts = single("2023-05-01", 0);
    assert_eq!(run(&Facts { assets: None, single: None, ..facts }).missing(), "assets; single");
    assert_eq!(run(&Facts { assets: None, ..facts }).missing(), "assets");
    assert_eq!(run(&Facts { single: Some(false), ..facts }).missing(), "spouse_assets");
    assert_eq!(
        run(&Facts { spouse_assets: Some(1), ..facts }).missing(),
        "error: single, but a spouse has assets"
    );
    assert_eq!(run(&Facts { spouse_assets: Some(0), ..facts }).missing(), "");
}
