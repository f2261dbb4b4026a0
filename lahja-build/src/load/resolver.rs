//! Where files are looked for.

use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

use protox::Error;
use protox::file::{
    ChainFileResolver, File, FileResolver, GoogleFileResolver, IncludeFileResolver,
};

use crate::report::Sources;

/// The name under which lahja's own file is imported.
const LAHJA_PROTO: &str = "lahja.proto";

const LAHJA_PROTO_TEXT: &str = include_str!("../../proto/lahja.proto");

/// The include folders in their order, then what needs none: `lahja.proto` and the well-known
/// types. Remembers what it read.
#[derive(Clone)]
pub(super) struct Resolver {
    chain: Rc<ChainFileResolver>,
    sources: Rc<RefCell<Sources>>,
}

impl Resolver {
    pub(super) fn new(includes: &[impl AsRef<Path>]) -> Self {
        let sources = Rc::new(RefCell::new(Sources::default()));
        let mut chain = ChainFileResolver::new();
        for include in includes {
            chain.add(Folder {
                lookup: IncludeFileResolver::new(include.as_ref().to_owned()),
                include: include.as_ref().to_owned(),
                sources: sources.clone(),
            });
        }
        chain.add(Embedded {
            sources: sources.clone(),
        });
        chain.add(GoogleFileResolver::new());
        Self {
            chain: Rc::new(chain),
            sources,
        }
    }

    pub(super) fn sources(&self) -> Sources {
        self.sources.borrow().clone()
    }
}

impl FileResolver for Resolver {
    fn resolve_path(&self, path: &Path) -> Option<String> {
        self.chain.resolve_path(path)
    }

    fn open_file(&self, name: &str) -> Result<File, Error> {
        self.chain.open_file(name)
    }
}

/// One include folder.
struct Folder {
    lookup: IncludeFileResolver,
    include: std::path::PathBuf,
    sources: Rc<RefCell<Sources>>,
}

impl FileResolver for Folder {
    fn resolve_path(&self, path: &Path) -> Option<String> {
        self.lookup.resolve_path(path)
    }

    /// Keeps the text before it is parsed: a mistake is shown in it.
    fn open_file(&self, name: &str) -> Result<File, Error> {
        let path = self.include.join(name);
        if let Ok(text) = std::fs::read_to_string(&path) {
            self.sources.borrow_mut().insert(name, Some(path), text);
        }
        self.lookup.open_file(name)
    }
}

/// `lahja.proto` as this crate carries it.
struct Embedded {
    sources: Rc<RefCell<Sources>>,
}

impl FileResolver for Embedded {
    fn open_file(&self, name: &str) -> Result<File, Error> {
        if name != LAHJA_PROTO {
            return Err(Error::file_not_found(name));
        }
        let text = LAHJA_PROTO_TEXT.to_owned();
        self.sources.borrow_mut().insert(name, None, text);
        File::from_source(name, LAHJA_PROTO_TEXT)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// The crate is published without the repository around it, so it carries a copy.
    #[test]
    fn the_embedded_file_is_the_one_of_the_repository() {
        let original = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/lahja.proto");
        if original.exists() {
            let original = std::fs::read_to_string(original).expect("it is readable");
            assert_eq!(
                super::LAHJA_PROTO_TEXT,
                original,
                "copy it to lahja-build/proto/"
            );
        }
    }
}
