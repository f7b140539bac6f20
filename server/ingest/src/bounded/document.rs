//! A JSON document read value by value: what is held at a time is what its reader holds, never the document.

use super::json::{JsonGuard, Progress, refusal_of};
use crate::{Limits, Refusal, text};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::io::{BufReader, Read};
use std::marker::PhantomData;

/// The JSON reader under its guard.
pub type Json<'a> = serde_json::Deserializer<serde_json::de::IoRead<BufReader<JsonGuard<'a>>>>;

/// Reads a document to its end, filling `context`; how many bytes were replaced because they are not valid in the file's
/// encoding.
///
/// # Errors
/// When the file as a whole cannot be trusted.
pub fn read_document<C>(
    input: &mut dyn Read,
    limits: &Limits,
    context: &mut C,
    document: impl FnOnce(Reading<'_, C>, &mut Json<'_>) -> serde_json::Result<()>,
) -> Result<u64, Refusal> {
    let guard = JsonGuard::new(input, limits)?;
    let progress = guard.progress();
    let mut refusal = None;
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(64 << 10, guard));
    let reading = Reading { context, refusal: &mut refusal, progress: &progress };
    let read = document(reading, &mut json).and_then(|()| json.end());
    match read {
        Ok(()) => Ok(progress.replaced()),
        Err(error) => Err(refusal.unwrap_or_else(|| refusal_of(error, progress.bytes()))),
    }
}

/// What every level of the document needs: what it fills, a place for the reason to stop, and how far the file has been read.
pub struct Reading<'a, C> {
    /// What is filled.
    pub context: &'a mut C,
    refusal: &'a mut Option<Refusal>,
    progress: &'a Progress,
}

impl<C> Reading<'_, C> {
    /// The same for the level below.
    pub fn inner(&mut self) -> Reading<'_, C> {
        Reading { context: self.context, refusal: self.refusal, progress: self.progress }
    }

    /// How far the file has been read, in bytes. The guard reads ahead of the parser by up to 64 KiB.
    pub fn bytes(&self) -> u64 {
        self.progress.bytes()
    }

    /// Keeps a refusal where the caller finds it, and stops the JSON reader.
    ///
    /// # Errors
    /// The refusal, as the JSON reader's error.
    pub fn check<T, E: de::Error>(&mut self, result: Result<T, Refusal>) -> Result<T, E> {
        result.map_err(|refusal| {
            let word = refusal.code.word();
            *self.refusal = Some(refusal);
            E::custom(word)
        })
    }
}

/// What is done with the entries of an object.
pub trait Fields<C> {
    /// What the object gives.
    type Output;

    /// Takes one entry in: the key has been read, the value comes next.
    ///
    /// # Errors
    /// The value cannot be read, or the reading is to stop.
    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, C>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error>;

    /// Is asked when the object ends.
    ///
    /// # Errors
    /// The reading is to stop.
    fn end<E: de::Error>(self, reading: &mut Reading<'_, C>) -> Result<Self::Output, E>;
}

/// An object, read by `Fields`. `null` is one without entries.
pub struct Object<'a, C, F>(pub Reading<'a, C>, pub F);

impl<'de, C, F: Fields<C>> DeserializeSeed<'de> for Object<'_, C, F> {
    type Value = F::Output;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<F::Output, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, C, F: Fields<C>> Visitor<'de> for Object<'_, C, F> {
    type Value = F::Output;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<F::Output, A::Error> {
        let Self(mut reading, mut fields) = self;
        while let Some(key) = map.next_key::<String>()? {
            fields.entry(&mut reading, &key, &mut map)?;
        }
        fields.end(&mut reading)
    }

    fn visit_unit<E: de::Error>(mut self) -> Result<F::Output, E> {
        self.1.end(&mut self.0)
    }
}

/// An array of objects, each read by the `Fields` that `make` gives. A single object may stand without its array, and `null`
/// is an empty one.
pub struct Array<'a, C, M>(pub Reading<'a, C>, pub M);

impl<'de, C, F: Fields<C, Output = ()>, M: FnMut() -> F> DeserializeSeed<'de> for Array<'_, C, M> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, C, F: Fields<C, Output = ()>, M: FnMut() -> F> Visitor<'de> for Array<'_, C, M> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<(), A::Error> {
        while sequence.next_element_seed(Object(self.0.inner(), (self.1)()))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, map: A) -> Result<(), A::Error> {
        Object(self.0, (self.1)()).visit_map(map)
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// An array of records, each held whole while `take` looks at it. A record that is larger than the limit on records ends the
/// reading, so a file cannot make this hold more than that. A single record may stand without its array, and `null` is an empty
/// one.
pub struct Each<'a, C, T, F>(Reading<'a, C>, F, PhantomData<T>);

impl<'a, C, T, F> Each<'a, C, T, F>
where
    T: DeserializeOwned,
    F: FnMut(&mut Reading<'_, C>, T) -> Result<(), Refusal>,
{
    /// Reads records of a type.
    pub fn new(reading: Reading<'a, C>, take: F) -> Self {
        Self(reading, take, PhantomData)
    }
}

impl<'de, C, T, F> DeserializeSeed<'de> for Each<'_, C, T, F>
where
    T: DeserializeOwned,
    F: FnMut(&mut Reading<'_, C>, T) -> Result<(), Refusal>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, C, T, F> Visitor<'de> for Each<'_, C, T, F>
where
    T: DeserializeOwned,
    F: FnMut(&mut Reading<'_, C>, T) -> Result<(), Refusal>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut sequence: A) -> Result<(), A::Error> {
        loop {
            self.0.progress.begin_record();
            let Some(record) = sequence.next_element::<T>()? else { break };
            let taken = (self.1)(&mut self.0, record);
            self.0.check(taken)?;
        }
        self.0.progress.end_record();
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, map: A) -> Result<(), A::Error> {
        self.0.progress.begin_record();
        let record = T::deserialize(MapAccessDeserializer::new(map))?;
        let taken = (self.1)(&mut self.0, record);
        self.0.check(taken)?;
        self.0.progress.end_record();
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// A document that is either a list or an object around it, each read by what its function gives.
pub struct Either<'a, C, L, O>(pub Reading<'a, C>, pub L, pub O);

impl<'de, 'a, C, L, O, V, W> DeserializeSeed<'de> for Either<'a, C, L, O>
where
    L: FnOnce(Reading<'a, C>) -> V,
    O: FnOnce(Reading<'a, C>) -> W,
    V: Visitor<'de, Value = ()>,
    W: Visitor<'de, Value = ()>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, 'a, C, L, O, V, W> Visitor<'de> for Either<'a, C, L, O>
where
    L: FnOnce(Reading<'a, C>) -> V,
    O: FnOnce(Reading<'a, C>) -> W,
    V: Visitor<'de, Value = ()>,
    W: Visitor<'de, Value = ()>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<(), A::Error> {
        (self.1)(self.0).visit_seq(sequence)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        (self.2)(self.0).visit_map(map)
    }
}

/// A JSON value that ought to be text: numbers and booleans become what they look like, anything else the empty text.
#[derive(Default)]
pub struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;

        impl<'de> de::Visitor<'de> for AnyText {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text::without_nul(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Text, E> {
                Ok(Text(text::without_nul(text)))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text::default())
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut sequence: A) -> Result<Text, A::Error> {
                while sequence.next_element::<de::IgnoredAny>()?.is_some() {}
                Ok(Text::default())
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
                Ok(Text::default())
            }
        }

        deserializer.deserialize_any(AnyText)
    }
}
