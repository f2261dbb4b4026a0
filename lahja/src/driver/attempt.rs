//! Reads and writes of what the runtime takes for ready.

use std::io;

/// Reads or writes up to `len` bytes; `None` if the socket was not ready after all.
///
/// A socket that did less than it was asked to has nothing more to give, or no more room: it then
/// counts as not ready, as tokio's own streams have it, which spares a system call that would only
/// say so. Unless, that is, the peer sends files or urgent data, at which the kernel ends a read:
/// no peer has a reason to, and one that does may have to wait for its next bytes to be heard.
/// [`ByteStream::look_again`](super::ByteStream::look_again) spares it that for small frames.
pub(super) fn attempt(
    try_io: impl FnOnce(&mut dyn FnMut() -> io::Result<usize>) -> io::Result<usize>,
    len: usize,
    mut io: impl FnMut() -> io::Result<usize>,
) -> Option<io::Result<usize>> {
    let mut partly = None;
    let done = try_io(&mut || match io() {
        Ok(count) if 0 < count && count < len => {
            partly = Some(count);
            Err(io::ErrorKind::WouldBlock.into())
        }
        done => done,
    });
    match (partly, done) {
        (Some(count), _) => Some(Ok(count)),
        (None, Err(error)) if error.kind() == io::ErrorKind::WouldBlock => None,
        (None, done) => Some(done),
    }
}
