//! Compares with a file of the repository, and rewrites that one if it differs: `git diff` shows how.

use std::fs;
use std::path::Path;

use lahja::schema::ProtoFiles;
use prost_reflect::DescriptorPool;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};

pub(crate) fn assert_golden(path: &str, actual: &[u8]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if fs::read(&path).is_ok_and(|expected| expected == actual) {
        return;
    }
    fs::write(&path, actual).expect("the file can be written");
    panic!(
        "{} was not as expected, and is rewritten; see `git diff`",
        path.display()
    );
}

/// The text of the only file of a package.
pub(crate) fn text<'a>(files: &'a ProtoFiles, package: &str) -> &'a str {
    let mut of_package = files.iter().filter(|file| file.package() == package);
    let file = of_package
        .next()
        .unwrap_or_else(|| panic!("no file of {package}"));
    assert!(of_package.next().is_none(), "several files of {package}");
    file.text()
}

/// What protox makes of the texts.
pub(crate) fn compile(files: &ProtoFiles) -> protox::Compiler {
    let mut resolver = ChainFileResolver::new();
    resolver.add(Texts(files.clone()));
    resolver.add(GoogleFileResolver::new());
    let mut compiler = protox::Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    for file in files.iter() {
        compiler
            .open_file(file.name())
            .unwrap_or_else(|error| panic!("{error:?}\n{}", file.text()));
    }
    compiler
}

/// The types that the exported descriptors declare.
pub(crate) fn pool(files: &ProtoFiles) -> DescriptorPool {
    let mut pool = DescriptorPool::global();
    pool.decode_file_descriptor_set(&files.encode_file_descriptor_set()[..])
        .expect("the set is complete");
    pool
}

struct Texts(ProtoFiles);

impl FileResolver for Texts {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        match self.0.get(name) {
            Some(file) => File::from_source(name, file.text()),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}
