"""A certificate authority for a test, and what it vouches for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

# Python 3.13 verifies to the letter of RFC 5280: what an authority may do, and whose key vouches, has to be said.
SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Authority:
    """Its certificate lies in `file`; what it issues lies beside it."""

    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    file: Path

    def issue(self, *addresses: str, days: int = 1) -> tuple[Path, Path]:
        """The certificate of a server with these addresses, and its key; with fewer than no days it is over."""
        key = ec.generate_private_key(ec.SECP256R1())
        names: Sequence[x509.GeneralName] = [x509.IPAddress(ip_address(each)) for each in addresses]
        certificate = (
            _lasting(x509.CertificateBuilder(), days)
            .subject_name(_named("server"))
            .issuer_name(self.name)
            .public_key(key.public_key())
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        chain, secret = self.file.with_name("server.pem"), self.file.with_name("server.key")
        chain.write_bytes(certificate.public_bytes(Encoding.PEM))
        secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return chain, secret


def found_authority(folder: Path, name: str = "authority") -> Authority:
    """A new one, with its certificate in the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _lasting(x509.CertificateBuilder(), 1)
        .subject_name(_named(name))
        .issuer_name(_named(name))
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(SIGNS, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(certificate.public_bytes(Encoding.PEM))
    return Authority(_named(name), key, file)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _lasting(builder: x509.CertificateBuilder, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        builder.serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=3))
        .not_valid_after(now + timedelta(days=days))
    )
