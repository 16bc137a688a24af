//! From a path or URL to the place it names.

use std::path::PathBuf;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;

use super::backend::Backend;
use super::durable::{LocalDir, Os};
use super::page_cache::PageCached;
use crate::error::{Error, Result};

/// Opens the place; a local folder is created when `create`.
pub(crate) fn open(location: &str, create: bool) -> Result<(Backend, Arc<dyn ObjectStore>)> {
    match location.split_once("://") {
        None => local(location.into(), location, create),
        Some(("file", _)) => {
            let path = url::Url::parse(location).ok().and_then(|url| url.to_file_path().ok());
            local(
                path.ok_or_else(|| unusable(location, "is not the URL of a local folder"))?,
                location,
                create,
            )
        }
        Some(("s3", _)) => s3(location),
        Some((scheme, _)) => {
            Err(unusable(location, &format!("has the unknown scheme '{scheme}'; use a path or s3://")))
        }
    }
}

fn unusable(location: &str, why: &str) -> Error {
    Error::Store(format!("store location '{location}' {why}"))
}

fn local(path: PathBuf, location: &str, create: bool) -> Result<(Backend, Arc<dyn ObjectStore>)> {
    if path.as_os_str().is_empty() {
        return Err(unusable(location, "is empty"));
    }
    let path = std::path::absolute(&path).map_err(Error::file(&path))?;
    let dir = LocalDir::new(path.clone(), Arc::new(Os));
    if create {
        dir.make_dir(&path)?;
    }
    if !path.is_dir() {
        return Err(unusable(location, "does not exist; create a store there with `advisql init`"));
    }
    let objects = PageCached::new(LocalFileSystem::new_with_prefix(&path)?);
    Ok((Backend::Local(dir), Arc::new(objects)))
}

#[cfg(feature = "s3")]
fn s3(location: &str) -> Result<(Backend, Arc<dyn ObjectStore>)> {
    use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
    use object_store::prefix::PrefixStore;

    let url = url::Url::parse(location).map_err(|_| unusable(location, "is not a URL"))?;
    let bucket = url.host_str().ok_or_else(|| unusable(location, "names no bucket"))?;
    let bucket = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .build()?;
    let objects: Arc<dyn ObjectStore> = match url.path().trim_matches('/') {
        "" => Arc::new(bucket),
        prefix => Arc::new(PrefixStore::new(bucket, prefix)),
    };
    Ok((Backend::Remote(Arc::clone(&objects)), objects))
}

#[cfg(not(feature = "s3"))]
fn s3(location: &str) -> Result<(Backend, Arc<dyn ObjectStore>)> {
    Err(unusable(location, "needs an advisql that was built with the feature `s3`"))
}
