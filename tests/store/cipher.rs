//! A SQLite file as a whole under `SQLCipher`, in builds that have it; and that each build refuses the other's files by name.

use crate::world::{MASTER, START, config};
use store::{Error, FILE_IS_ENCRYPTED, Store};

async fn opened(folder: &tempfile::TempDir, master: u8) -> Result<Store, Error> {
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    Store::open(&url, config(&[master; 32]), START).await
}

#[tokio::test]
async fn a_file_of_the_other_kind_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("test.db");
    let theirs: Vec<u8> = match FILE_IS_ENCRYPTED {
        true => [&b"SQLite format 3\0"[..], &[0; 4080]].concat(),
        false => (0..4096u32).map(|number| u8::try_from(number % 251).unwrap()).collect(),
    };
    std::fs::write(&file, &theirs).unwrap();
    let Err(Error::Unopened(refused)) = opened(&folder, MASTER[0]).await else { panic!("it is opened") };
    let code = if FILE_IS_ENCRYPTED { "plain_database: " } else { "encrypted_database: " };
    assert!(refused.to_string().starts_with(code), "{refused}");
    assert_eq!(std::fs::read(&file).unwrap(), theirs);
}

#[cfg(feature = "sqlcipher")]
mod built_with_it {
    use super::*;
    use crate::scans::{host, nessus};
    use crate::world::{World, at, nowhere};
    use model::Severity::High;
    use store::FileError;
    use tests::support::Engine;

    /// Whether a text stands anywhere in the files of a folder.
    fn is_readable(folder: &std::path::Path, text: &str) -> bool {
        let files = std::fs::read_dir(folder).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
        files.into_iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    }

    #[tokio::test]
    async fn only_its_key_opens_a_file() {
        let folder = tempfile::tempdir().unwrap();
        opened(&folder, 7).await.unwrap().close().await;
        assert!(!is_readable(folder.path(), "sealing_key"), "not even the names of tables");
        let Err(Error::Unopened(refused)) = opened(&folder, 8).await else { panic!("another key opens it") };
        assert!(matches!(refused, FileError::WrongKey) && refused.to_string().starts_with("wrong_key: "), "{refused}");
        // A page that was changed past the program is found out when it is read.
        let file = folder.path().join("test.db");
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[100] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        assert!(matches!(opened(&folder, 7).await, Err(Error::Unopened(FileError::WrongKey))));
    }

    #[tokio::test]
    async fn a_backup_comes_back_encrypted_and_takes_the_place_of_a_plain_file() {
        let world = World::new(Engine::Sqlite).await;
        world.import(&nessus("a", at(0, 0), vec![host("readable.example", &[("1", 80, High)])])).await;
        let mut file = Vec::new();
        world.store.backup("0.0.1", world.now(), &mut file).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let url = nowhere(Engine::Sqlite, &folder).await;
        let plain = folder.path().join("test.db");
        std::fs::write(&plain, [&b"SQLite format 3\0"[..], &[0; 4080]].concat()).unwrap();
        let back = async |replace| store::backup::restore(&url, &config(&MASTER), &mut &*file, replace).await;
        assert!(back(false).await.is_err(), "a plain file is somebody's");
        let restored = back(true).await.unwrap();
        assert!(restored.aside.is_some_and(|aside| aside.exists()), "the plain file is set aside");
        let store = Store::open(&url, config(&MASTER), START).await.unwrap();
        assert!(store.verify_ledger(world.now()).await.unwrap().is_sound());
        assert!(!is_readable(folder.path(), "readable.example"), "the log beside the file is encrypted too");
        store.close().await;
        assert!(!is_readable(folder.path(), "readable.example"));
    }
}
