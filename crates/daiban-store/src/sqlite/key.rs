//! The key file: 32 random bytes, made once, readable by its owner alone.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read, Write},
    path::Path,
};

use daiban_core::store::StoreError;
use zeroize::Zeroizing;

use super::fault::{Done, Fault, unavailable};
use crate::seal::{KEY, Sealer};

/// The key of a database that has rows already.
pub(super) fn load(path: &Path) -> Done<Sealer> {
    match read(path)? {
        Some(sealer) => Ok(sealer),
        None => Err(missing()),
    }
}

/// The key of a new database: the file that is there, or a new one.
pub(super) fn load_or_make(path: &Path) -> Done<Sealer> {
    if let Some(sealer) = read(path)? {
        return Ok(sealer);
    }
    make(path)?;
    load(path)
}

fn read(path: &Path) -> Done<Option<Sealer>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unavailable(format!("the key file cannot be read: {error}"))),
    };
    warn_if_open_to_others(&file);
    let mut bytes = Zeroizing::new(Vec::with_capacity(KEY + 1));
    Read::by_ref(&mut file)
        .take(KEY as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unavailable(format!("the key file cannot be read: {error}")))?;
    let Ok(key) = <&[u8; KEY]>::try_from(bytes.as_slice()) else {
        return Err(not_a_key());
    };
    Ok(Some(Sealer::new(key)))
}

/// Written whole under another name and then linked, so that a second process that starts now sees all of it or nothing, and
/// whoever comes second keeps the first one's key.
fn make(path: &Path) -> Done<()> {
    let trouble =
        |error: std::io::Error| unavailable(format!("the key file cannot be made: {error}"));
    let key = Sealer::new_key()?;
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.new", std::process::id()));
    let _ = fs::remove_file(&draft);
    let mut file = private(OpenOptions::new().write(true).create_new(true))
        .open(&draft)
        .map_err(trouble)?;
    file.write_all(key.as_slice())
        .and_then(|()| file.sync_all())
        .map_err(trouble)?;
    let linked = fs::hard_link(&draft, path);
    let _ = fs::remove_file(&draft);
    match linked {
        Ok(()) => sync_parent(path).map_err(trouble),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(trouble(error)),
    }
}

/// The name itself must outlive a power cut: rows sealed with a lost key are lost.
fn sync_parent(path: &Path) -> std::io::Result<()> {
    match path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        Some(parent) => File::open(parent)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

/// A file for its owner alone.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

fn warn_if_open_to_others(file: &File) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open = file
            .metadata()
            .is_ok_and(|data| data.permissions().mode() & 0o077 != 0);
        if open {
            tracing::warn!("the key file can be read by others; make it mode 0600");
        }
    }
    #[cfg(not(unix))]
    let _ = file;
}

fn missing() -> Fault {
    wrong(
        "找不到密钥文件：库里已有用它加密的数据。请把原来的 daiban.key 放回原处，或在设置里指到它",
        "the key file is missing, and this database holds values sealed with it. Put the daiban.key that was made with this \
         database back in its place, or point the settings at it",
    )
}

fn not_a_key() -> Fault {
    wrong(
        "密钥文件不是 32 字节，不是 daiban 的密钥。请把原来的 daiban.key 放回原处",
        "the key file is not 32 bytes long, so it is no key of daiban. Put the daiban.key that was made with this database \
         back in its place",
    )
}

/// The key that is there is not the one the database was sealed with.
pub(super) fn another(expected: &str, found: &str) -> Fault {
    wrong(
        &format!(
            "密钥文件（指纹 {found}）不是这个数据库的（指纹 {expected}）。请把和数据库一起生成的 daiban.key 放回原处，\
             或从同一份备份里恢复这两个文件；没有改动任何数据"
        ),
        &format!(
            "the key file (fingerprint {found}) is not the one of this database (fingerprint {expected}). Put the daiban.key \
             that was made with this database back in its place, or restore both files from the same backup; nothing was changed"
        ),
    )
}

/// [`StoreError::WrongKey`] holds one string: Chinese first, then English.
fn wrong(zh: &str, en: &str) -> Fault {
    Fault(StoreError::WrongKey(format!("{zh} / {en}")))
}
