//! What `build.rs` may set.

use std::path::PathBuf;

use prost_build::Config;

use crate::declare::Skip;
use crate::given;
use crate::owner::Externs;
use crate::report::Mistake;

/// What a run does, where that differs from [`compile_protos`](crate::compile_protos).
///
/// Paths of protobuf things are as [`prost_build::Config`] takes them: `.chat.v1.History.messages`
/// is one field, `.chat.v1` a package with all that is in it, `.` everything.
///
/// ```no_run
/// // build.rs
/// fn main() -> lahja_build::Result<()> {
///     lahja_build::configure()
///         .type_attribute(".chat.v1.MessagePosted", "#[derive(serde::Serialize)]")
///         .extern_path(".accounts.v1", "::accounts::proto::accounts::v1")
///         .skip_method("chat.v1.Chat.Watch")
///         .compile_protos(&["proto/chat.proto"], &["proto", "../accounts/proto"])
/// }
/// ```
#[derive(Debug)]
#[must_use = "nothing is generated before `.compile_protos(…)`"]
pub struct Builder {
    pub(crate) config: Config,
    pub(crate) externs: Externs,
    pub(crate) skip: Skip,
    pub(crate) keep_enum_prefix: bool,
    pub(crate) out_dir: Option<PathBuf>,
    pub(crate) include_file: String,
    pub(crate) descriptor_set: Option<PathBuf>,
    pub(crate) emit_rerun_if_changed: bool,
    /// In what was set: told with all others.
    pub(crate) mistakes: Vec<Mistake>,
}

/// A [`Builder`] that does what [`compile_protos`](crate::compile_protos) does.
pub fn configure() -> Builder {
    let mut config = Config::new();
    config
        .prost_path("::lahja::prost")
        .prost_types_path("::lahja::prost_types")
        .format(false);
    Builder {
        config,
        externs: Externs::default(),
        skip: Skip::default(),
        keep_enum_prefix: false,
        out_dir: None,
        include_file: "lahja_protos.rs".to_owned(),
        descriptor_set: None,
        emit_rerun_if_changed: true,
        mistakes: Vec::new(),
    }
}

impl Builder {
    /// Leaves an rpc out, by its full name: `chat.v1.Chat.GetHistory`. Its messages are generated,
    /// and are no events because of it.
    pub fn skip_method(mut self, full_name: impl Into<String>) -> Self {
        self.skip.methods.insert(full_name.into());
        self
    }

    /// Leaves out every rpc that streams, in whichever direction.
    pub fn skip_streaming(mut self) -> Self {
        self.skip.streaming = true;
        self
    }

    /// Writes to this folder instead of Cargo's `OUT_DIR`.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Names the file that includes all packages, for a build.rs with several runs. Default:
    /// `lahja_protos.rs`, which `lahja::include_protos!()` looks for.
    pub fn include_file(mut self, name: impl Into<String>) -> Self {
        self.include_file = name.into();
        self
    }

    /// Writes the descriptors of all files there as well, as an encoded `FileDescriptorSet`.
    pub fn file_descriptor_set_path(mut self, path: impl Into<PathBuf>) -> Self {
        self.descriptor_set = Some(path.into());
        self
    }

    /// Whether Cargo is told to run build.rs again when a `.proto` file changes. Default: yes.
    pub fn emit_rerun_if_changed(mut self, yes: bool) -> Self {
        self.emit_rerun_if_changed = yes;
        self
    }

    /// Takes a type or a package from another crate, which generates it.
    pub fn extern_path(
        mut self,
        proto_path: impl Into<String>,
        rust_path: impl Into<String>,
    ) -> Self {
        let (proto_path, rust_path) = (proto_path.into(), rust_path.into());
        self.mistakes
            .extend(given::extern_path(&proto_path, &rust_path));
        self.externs.insert(&proto_path);
        self.config.extern_path(proto_path, rust_path);
        self
    }

    /// Puts an attribute on messages, enums and oneofs.
    pub fn type_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.mistakes.extend(given::attribute(attribute.as_ref()));
        self.config.type_attribute(path, attribute);
        self
    }

    /// Puts an attribute on messages.
    pub fn message_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.mistakes.extend(given::attribute(attribute.as_ref()));
        self.config.message_attribute(path, attribute);
        self
    }

    /// Puts an attribute on enums and oneofs.
    pub fn enum_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.mistakes.extend(given::attribute(attribute.as_ref()));
        self.config.enum_attribute(path, attribute);
        self
    }

    /// Puts an attribute on fields.
    pub fn field_attribute(mut self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.mistakes.extend(given::attribute(attribute.as_ref()));
        self.config.field_attribute(path, attribute);
        self
    }

    /// Makes `bytes` fields `bytes::Bytes` instead of `Vec<u8>`.
    pub fn bytes<S: AsRef<str>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.config.bytes(paths);
        self
    }

    /// Makes `map` fields a `BTreeMap` instead of a `HashMap`.
    pub fn btree_map<S: AsRef<str>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.config.btree_map(paths);
        self
    }

    /// Puts a field into a `Box`. Fields that need one have it.
    pub fn boxed(mut self, path: impl AsRef<str>) -> Self {
        self.config.boxed(path);
        self
    }

    /// Leaves comments out.
    pub fn disable_comments<S: AsRef<str>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.config.disable_comments(paths);
        self
    }

    /// Leaves `Debug` out, for those who implement it.
    pub fn skip_debug<S: AsRef<str>>(mut self, paths: impl IntoIterator<Item = S>) -> Self {
        self.config.skip_debug(paths);
        self
    }

    /// Keeps the name of an enum in front of its values, where it is left out by default.
    pub fn retain_enum_prefix(mut self) -> Self {
        self.keep_enum_prefix = true;
        self.config.retain_enum_prefix();
        self
    }

    /// Implements `prost::Name` for every message.
    pub fn enable_type_names(mut self) -> Self {
        self.config.enable_type_names();
        self
    }

    /// Sets the domain of `prost::Name::type_url`, which is empty by default.
    pub fn type_name_domain<S: AsRef<str>>(
        mut self,
        paths: impl IntoIterator<Item = S>,
        domain: impl AsRef<str>,
    ) -> Self {
        self.config.type_name_domain(paths, domain);
        self
    }
}
