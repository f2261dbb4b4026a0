//! From the names of `.proto` files to descriptors.

mod mistakes;
mod places;
mod resolver;

use std::path::Path;

use prost_reflect::DescriptorPool;
use protox::Compiler;

use crate::report::{Mistake, Sources};
use resolver::Resolver;

/// What was read: all of the files that could be, and what is wrong with the others.
pub(crate) struct Loaded {
    pub(crate) pool: DescriptorPool,
    pub(crate) sources: Sources,
    /// Packages of the files that were asked for, beside those that they import.
    pub(crate) packages: Vec<String>,
    pub(crate) mistakes: Vec<Mistake>,
    compiler: Compiler,
}

impl Loaded {
    /// An encoded `FileDescriptorSet` of all files, options and comments included.
    pub(crate) fn descriptor_set(&self) -> Vec<u8> {
        self.compiler.encode_file_descriptor_set()
    }
}

pub(crate) fn load(protos: &[impl AsRef<Path>], includes: &[impl AsRef<Path>]) -> Loaded {
    let resolver = Resolver::new(includes);
    let mut compiler = Compiler::with_file_resolver(resolver.clone());
    compiler.include_imports(true).include_source_info(true);

    let mut failed = Vec::new();
    for proto in protos.iter().map(AsRef::as_ref) {
        if let Err(error) = compiler.open_file(proto) {
            failed.push((proto, error));
        }
    }

    let sources = resolver.sources();
    let mistakes = failed
        .iter()
        .flat_map(|(proto, error)| mistakes::explain(proto, error, &sources))
        .collect();
    Loaded {
        packages: packages(&compiler),
        pool: compiler.descriptor_pool(),
        compiler,
        sources,
        mistakes,
    }
}

fn packages(compiler: &Compiler) -> Vec<String> {
    let pool = compiler.descriptor_pool();
    compiler
        .files()
        .filter(|file| !file.is_import())
        .filter_map(|file| pool.get_file_by_name(file.name()))
        .map(|file| file.package_name().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::load;

    /// What is embedded can't change, and what is in no file can't be watched.
    #[test]
    fn cargo_is_told_of_the_files_that_were_read_imports_included() {
        let folder = "tests/fixtures/packages";
        let loaded = load(&["one/get.proto"], &["tests/no/such", folder]);
        let expected = [
            "one/get.proto",
            "one/root.proto",
            "one/types.proto",
            "other/item.proto",
        ]
        .map(|name| Path::new(folder).join(name));
        assert_eq!(loaded.sources.paths(), expected);
    }
}
