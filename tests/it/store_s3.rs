//! The S3 server the suite also runs against, where there is one.
//!
//! `ADVISQL_S3_TEST_ENDPOINT` names a server with conditional put, for example `http://127.0.0.1:5000` of
//! `moto_server`. It must have a bucket `advisql-test` and take the credentials of `AWS_ACCESS_KEY_ID` and
//! `AWS_SECRET_ACCESS_KEY`.

use super::store_support::Place;

/// A place on that server; `None` (and a line that says so) without one.
#[cfg(feature = "s3")]
pub fn place() -> Option<Place> {
    let Ok(endpoint) = std::env::var("ADVISQL_S3_TEST_ENDPOINT") else {
        println!("skipped on S3: ADVISQL_S3_TEST_ENDPOINT is not set");
        return None;
    };
    assert_eq!(
        std::env::var("AWS_ENDPOINT").as_deref(),
        Ok(endpoint.as_str()),
        "AWS_ENDPOINT must be the same, the store reads that one"
    );
    let unique = tempfile::tempdir().unwrap();
    let name = unique.path().file_name().unwrap().to_str().unwrap();
    Some(Place::Remote(format!("s3://advisql-test/{}", name.trim_start_matches('.'))))
}

/// Without the feature there is none.
#[cfg(not(feature = "s3"))]
pub fn place() -> Option<Place> {
    println!("skipped on S3: built without the feature `s3`");
    None
}
