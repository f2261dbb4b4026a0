//! Where endpoints meet on one machine: a directory that is ours alone, and in it, for each name,
//! a lock and a socket.

use std::env;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, fchmod, flock};
use rustix::process::geteuid;
use tokio::net::{UnixListener, UnixSocket};

use crate::wire::check_endpoint_name;
use crate::{ConnectionConfig, Error, Result};

/// `sockaddr_un.sun_path` of Linux, less the NUL that ends it; see unix(7).
const MAX_SOCKET_PATH: usize = 107;

/// How many connects may wait to be accepted.
const BACKLOG: u32 = 1024;

/// `$LAHJA_DIR`, else `$XDG_RUNTIME_DIR/lahja`, else one per user under the temporary directory.
pub(crate) fn default_directory() -> PathBuf {
    let set = |variable| env::var_os(variable).filter(|value| !value.is_empty());
    if let Some(directory) = set("LAHJA_DIR") {
        return directory.into();
    }
    if let Some(runtime) = set("XDG_RUNTIME_DIR") {
        return Path::new(&runtime).join("lahja");
    }
    env::temp_dir().join(format!("lahja-{}", geteuid().as_raw()))
}

/// The paths of one endpoint, checked before anything is touched.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) directory: PathBuf,
    pub(crate) socket: PathBuf,
    lock: PathBuf,
}

impl Place {
    pub(crate) fn of(config: &ConnectionConfig, default: Option<&Path>) -> Result<Self> {
        let name = config.name();
        check_endpoint_name(name)?;
        let directory = match config.directory().or(default) {
            Some(directory) => directory.to_owned(),
            None => default_directory(),
        };
        let socket = directory.join(format!("{name}.ipc"));
        let len = socket.as_os_str().len();
        if len > MAX_SOCKET_PATH {
            return Err(Error::PathTooLong {
                path: socket,
                len,
                limit: MAX_SOCKET_PATH,
            });
        }
        Ok(Self {
            name: name.to_owned(),
            lock: directory.join(format!("{name}.lock")),
            socket,
            directory,
        })
    }
}

/// A name that is ours while this lives: its lock, and the socket if we listen.
#[derive(Debug)]
pub(crate) struct NameLock {
    place: Place,
    listening: bool,
    lock: File,
}

impl NameLock {
    /// Takes the name, also from a process that died with it.
    pub(crate) fn acquire(place: Place) -> Result<Self> {
        prepare(&place.directory)?;
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&place.lock)
            .map_err(Error::io(format!("opening {}", place.lock.display())))?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(Error::NameTaken {
                    endpoint: place.name,
                    path: place.lock,
                });
            }
            Err(error) => {
                let what = format!("locking {}", place.lock.display());
                return Err(Error::io(what)(error.into()));
            }
        }
        Ok(Self {
            place,
            listening: false,
            lock,
        })
    }

    /// Listens on the name's socket, for this user alone or, if it is `shared`, for whoever the
    /// directory lets through. What lies at its path was left by a crash: the lock is ours.
    pub(crate) fn listen(&mut self, shared: bool) -> Result<UnixListener> {
        let path = self.place.socket.clone();
        remove_if_there(&path).map_err(Error::io(format!("removing {}", path.display())))?;
        let listener =
            bind(&path).map_err(Error::io(format!("listening at {}", path.display())))?;
        self.listening = true;
        if shared {
            // The umask had its say when the file was made. Nobody else can write to the directory.
            let opened = fs::set_permissions(&path, Permissions::from_mode(0o666));
            opened.map_err(Error::io(format!("sharing {}", path.display())))?;
        }
        Ok(listener)
    }

    /// Removes the socket, so that nobody connects any more.
    pub(crate) fn close(&mut self) {
        if std::mem::take(&mut self.listening) {
            let path = &self.place.socket;
            if let Err(error) = remove_if_there(path) {
                tracing::warn!(path = %path.display(), %error, "the socket could not be removed");
            }
        }
    }
}

impl Drop for NameLock {
    // The lock file stays: removing it would let two processes lock two files of one name.
    fn drop(&mut self) {
        self.close();
        // Closing it frees the name only once no process that was forked meanwhile has it open.
        if let Err(error) = flock(&self.lock, FlockOperation::Unlock) {
            let path = self.place.lock.display();
            tracing::warn!(%path, %error, "the name could not be unlocked");
        }
    }
}

/// Binds with mode 0600 from birth: on Linux the file gets the socket's own mode.
fn bind(path: &Path) -> io::Result<UnixListener> {
    let socket = UnixSocket::new_stream()?;
    fchmod(&socket, Mode::RUSR | Mode::WUSR)?;
    socket.bind(path)?;
    socket.listen(BACKLOG)
}

/// Makes the directory if it is not there, and refuses one that others can tamper with.
fn prepare(directory: &Path) -> Result<()> {
    if fs::symlink_metadata(directory).is_err() {
        let mut builder = DirBuilder::new();
        let created = builder.recursive(true).mode(0o700).create(directory);
        created.map_err(Error::io(format!("creating {}", directory.display())))?;
    }
    check(directory, |owner| owner == geteuid().as_raw())
}

/// Refuses a directory in which others than its owner, who is `trusted`, could put, remove or
/// replace sockets.
pub(crate) fn check(directory: &Path, trusted: impl Fn(u32) -> bool) -> Result<()> {
    let looked = fs::symlink_metadata(directory);
    let metadata = looked.map_err(Error::io(format!("looking at {}", directory.display())))?;
    let insecure = |problem: String| {
        let path = directory.to_owned();
        Err(Error::InsecureDirectory { path, problem })
    };
    if !metadata.is_dir() {
        return insecure("it is no directory (a symbolic link is not followed)".to_owned());
    }
    let (owner, me) = (metadata.uid(), geteuid().as_raw());
    if !trusted(owner) {
        return insecure(format!(
            "it belongs to user {owner}, this process runs as {me}"
        ));
    }
    let mode = metadata.mode() & 0o777;
    if mode & 0o022 != 0 {
        return insecure(format!(
            "others can write to it (mode {mode:o}): use one that only you can, of mode 700"
        ));
    }
    Ok(())
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
