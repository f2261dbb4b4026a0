use proc_macro2::TokenStream;
use quote::quote;

use super::declaration;
use crate::ast::Enumeration;

pub(crate) fn enumeration(enumeration: &Enumeration<'_>) -> TokenStream {
    let ident = enumeration.ident;
    let values = enumeration.values.iter();
    let (names, numbers): (Vec<_>, Vec<_>) = values
        .filter_map(|value| Some((value.ident, value.number.as_ref()?.value)))
        .unzip();
    let default = names.first();
    let declaration = declaration::enumeration(enumeration);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl #ident {
            /// Whether `value` is the number of a value of this enumeration.
            #[allow(dead_code)]
            pub const fn is_valid(value: i32) -> bool {
                ::core::matches!(value, #(#numbers)|*)
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl ::core::default::Default for #ident {
            fn default() -> Self {
                Self::#default
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl ::core::convert::From<#ident> for i32 {
            fn from(value: #ident) -> Self {
                value as Self
            }
        }

        #[automatically_derived]
        #[allow(deprecated)]
        impl ::core::convert::TryFrom<i32> for #ident {
            type Error = ::lahja::prost::UnknownEnumValue;

            fn try_from(value: i32) -> ::core::result::Result<Self, Self::Error> {
                match value {
                    #(#numbers => ::core::result::Result::Ok(Self::#names),)*
                    _ => ::core::result::Result::Err(::lahja::prost::UnknownEnumValue(value)),
                }
            }
        }

        ::lahja::__enumeration! { type: #ident, declaration: #declaration }
    }
}
