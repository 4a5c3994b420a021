//! Enums that are chosen by name: on the command line, in job files and in Python.

/// As [`names!`](crate::names::names), and `FromStr` for the values of a parameter. What is behind a `|`
/// is another name, which is understood and not given.
macro_rules! choices {
    ($enum:ident for $parameter:ident {
        $($value:ident = $name:literal $(| $other:literal)*),+ $(,)?
    }) => {
        crate::names::names!($enum { $($value = $name),+ });

        impl $enum {
            /// Every name that is understood.
            pub(crate) const NAMES: [&str; [$($name $(, $other)*),+].len()] = [$($name $(, $other)*),+];
        }

        impl std::str::FromStr for $enum {
            type Err = crate::error::Error;

            /// # Errors
            /// [`Error::Invalid`](crate::Error::Invalid), with all names, for a text that is none of them.
            fn from_str(text: &str) -> crate::error::Result<Self> {
                match text {
                    $($name $(| $other)* => Ok(Self::$value),)+
                    _ => {
                        let parameter = crate::parameter::Parameter::$parameter;
                        let expected = format!("must be one of {}", Self::NAMES.join(", "));
                        Err(crate::error::Error::invalid(parameter, text, expected))
                    }
                }
            }
        }
    };
}

pub(crate) use choices;
