use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Type};

use super::{codec, declaration};
use crate::ast::{Oneof, Variant};
use crate::attr::Encoding;

/// A variant of a valid oneof.
struct Single<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    tag: u32,
    encoding: Encoding,
}

pub(crate) fn oneof(oneof: &Oneof<'_>) -> TokenStream {
    let ident = oneof.ident;
    let variants: Vec<Single<'_>> = oneof.variants.iter().filter_map(Single::new).collect();
    let tags = variants.iter().map(|variant| variant.tag);
    let encode = variants.iter().map(Single::encode);
    let encoded_len = variants.iter().map(Single::encoded_len);
    let merge = variants.iter().map(Single::merge);
    let declaration = declaration::oneof(oneof);
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::lahja::__private::Oneof for #ident {
            const TAGS: &'static [u32] = &[#(#tags),*];
            const DECLARATION: fn() -> ::lahja::__private::declare::Oneof = || const { #declaration };

            fn encode(&self, buf: &mut impl ::lahja::prost::bytes::BufMut) {
                match self { #(#encode)* }
            }

            fn merge(
                oneof: &mut ::core::option::Option<Self>,
                tag: u32,
                wire_type: ::lahja::prost::encoding::WireType,
                buf: &mut impl ::lahja::prost::bytes::Buf,
                ctx: ::lahja::prost::encoding::DecodeContext,
            ) -> ::core::result::Result<(), ::lahja::prost::DecodeError> {
                match tag {
                    #(#merge)*
                    _ => ::lahja::prost::encoding::skip_field(wire_type, tag, buf, ctx),
                }
            }

            fn encoded_len(&self) -> usize {
                match self { #(#encoded_len)* }
            }
        }
    }
}

impl<'a> Single<'a> {
    fn new(variant: &'a Variant<'a>) -> Option<Self> {
        Some(Self {
            ident: variant.ident,
            ty: variant.ty?,
            tag: variant.attrs.tag.as_ref()?.value,
            encoding: variant.attrs.encoding(),
        })
    }

    fn encode(&self) -> TokenStream {
        let Self { ident, tag, .. } = self;
        let codec = codec::element(self.ty, self.encoding, "Codec");
        quote!(Self::#ident(value) => #codec::encode(#tag, value, buf),)
    }

    fn encoded_len(&self) -> TokenStream {
        let Self { ident, tag, .. } = self;
        let codec = codec::element(self.ty, self.encoding, "Codec");
        quote!(Self::#ident(value) => #codec::encoded_len(#tag, value),)
    }

    /// A value that does not decode leaves the variant before it in place.
    fn merge(&self) -> TokenStream {
        let Self { ident, tag, .. } = self;
        let codec = codec::element(self.ty, self.encoding, "Codec");
        let elements = codec::element(self.ty, self.encoding, "ElementCodec");
        quote! {
            #tag => match oneof {
                ::core::option::Option::Some(Self::#ident(value)) => {
                    #codec::merge(wire_type, value, buf, ctx)
                }
                _ => {
                    let mut value = #elements::initial();
                    #codec::merge(wire_type, &mut value, buf, ctx)?;
                    *oneof = ::core::option::Option::Some(Self::#ident(value));
                    ::core::result::Result::Ok(())
                }
            },
        }
    }
}
