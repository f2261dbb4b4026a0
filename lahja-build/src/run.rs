//! One run: load, check, generate, write.

use std::env;
use std::path::{Path, PathBuf};

use crate::Builder;
use crate::check::{Model, check};
use crate::declare::{self, Input};
use crate::error::{Error, Result};
use crate::generate::{self, Package};
use crate::load::{Loaded, load};
use crate::output;

impl Builder {
    /// Generates the events of `protos`, as [`compile_protos`](crate::compile_protos) does.
    ///
    /// # Errors
    /// Every mistake in the files, together; or the file or folder that can't be read or written.
    pub fn compile_protos(
        mut self,
        protos: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
    ) -> Result<()> {
        let folder = self.folder()?;
        let mut loaded = load(protos, includes);
        if self.emit_rerun_if_changed {
            output::rerun_if_changed(&loaded.sources);
        }
        let model = self.check(&mut loaded)?;
        if self.emit_rerun_if_changed {
            output::warn(&declare::warnings(self.input(&loaded)));
        }
        let packages = self.generate(&loaded, &model)?;
        output::write(&packages, &folder, &self.include_file)?;
        match &self.descriptor_set {
            Some(path) => output::write_if_changed(path, &loaded.descriptor_set()),
            None => Ok(()),
        }
    }

    fn folder(&self) -> Result<PathBuf> {
        let from_cargo = || env::var_os("OUT_DIR").map(PathBuf::from);
        self.out_dir
            .clone()
            .or_else(from_cargo)
            .ok_or_else(Error::no_out_dir)
    }

    fn check(&mut self, loaded: &mut Loaded) -> Result<Model> {
        let input = self.input(loaded);
        let (model, found) = check(input, declare::read(input));
        let mut mistakes = std::mem::take(&mut self.mistakes);
        mistakes.append(&mut loaded.mistakes);
        mistakes.extend(found);
        if mistakes.is_empty() {
            return Ok(model);
        }
        Err(Error::mistakes(&mistakes, &loaded.sources))
    }

    fn input<'a>(&'a self, loaded: &'a Loaded) -> Input<'a> {
        Input {
            pool: &loaded.pool,
            sources: &loaded.sources,
            externs: &self.externs,
            skip: &self.skip,
            is_complete: loaded.mistakes.is_empty(),
            keep_enum_prefix: self.keep_enum_prefix,
        }
    }

    fn generate(&mut self, loaded: &Loaded, model: &Model) -> Result<Vec<Package>> {
        let Loaded {
            pool,
            packages,
            sources,
            ..
        } = loaded;
        generate::generate(
            &mut self.config,
            pool,
            model,
            &self.externs,
            packages,
            sources,
        )
        .map_err(|mistake| Error::mistakes(&[mistake], sources))
    }
}
