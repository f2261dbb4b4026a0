//! Which version of a peer was built in.

/// The version of a package in this workspace's lock file.
pub(super) fn of(package: &str) -> String {
    let lock = include_str!("../../Cargo.lock");
    let entry = format!("name = \"{package}\"\nversion = \"");
    let version = lock.split_once(&entry).and_then(|(_, rest)| {
        let (version, _) = rest.split_once('"')?;
        Some(format!("{package} {version}"))
    });
    version.unwrap_or_else(|| package.to_owned())
}
