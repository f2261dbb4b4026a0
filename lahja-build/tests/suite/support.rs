//! Folders of cases, and files that say what is expected of each.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders in `tests/<cases>`, by name.
pub(crate) fn cases(cases: &str) -> Vec<PathBuf> {
    let mut found = entries(&Path::new("tests").join(cases));
    found.retain(|path| path.is_dir());
    assert!(!found.is_empty(), "no cases in tests/{cases}");
    found
}

/// The files of this extension, here and in folders below.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let (folders, mut files): (Vec<_>, Vec<_>) =
        entries(folder).into_iter().partition(|p| p.is_dir());
    files.retain(|path| path.extension().is_some_and(|is| is == extension));
    files.extend(
        folders
            .iter()
            .flat_map(|folder| self::files(folder, extension)),
    );
    files
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("it is readable").path())
        .collect();
    paths.sort();
    paths
}

/// Compares with a file of the repository, and rewrites that one if it differs: `git diff` shows how.
#[derive(Default)]
pub(crate) struct Expectations {
    rewritten: Vec<PathBuf>,
}

impl Expectations {
    pub(crate) fn check(&mut self, expected: &Path, actual: &str) {
        if fs::read_to_string(expected).is_ok_and(|text| text == actual) {
            return;
        }
        let folder = expected.parent().expect("a file lies in a folder");
        fs::create_dir_all(folder).expect("the folder can be made");
        fs::write(expected, actual).expect("the file can be written");
        self.rewritten.push(expected.to_owned());
    }

    pub(crate) fn assert_met(self) {
        let files = self.rewritten;
        assert!(
            files.is_empty(),
            "not as expected, and rewritten; see `git diff`: {files:#?}"
        );
    }
}
