package testbed

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"time"
)

// authority is a certificate authority. Another is one that the Manager does not know.
type authority struct {
	cert  *x509.Certificate
	key   *rsa.PrivateKey // as most have: a chain of them takes several packets
	other *authority
	last  int64
}

func newAuthority() (*authority, error) {
	a, err := authorityNamed("Corp Root CA")
	if err != nil {
		return nil, err
	}
	a.other, err = authorityNamed("Somebody's CA")
	return a, err
}

func authorityNamed(name string) (*authority, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().AddDate(-2, 0, 0), NotAfter: time.Now().AddDate(5, 0, 0), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, t, t, key.Public(), key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &authority{cert: cert, key: key, last: 1}, err
}

// kind is what is wrong with the SSM's certificate.
type kind uint8

const (
	good kind = iota
	expired
	otherName
	unknownCA
)

// certificate makes one for the SSM and its key, in PEM.
func (a *authority) certificate(k kind) (cert, key []byte, err error) {
	if k == unknownCA {
		return a.other.certificate(good)
	}
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	a.last++
	t := &x509.Certificate{SerialNumber: big.NewInt(a.last), Subject: pkix.Name{CommonName: SSMName}, DNSNames: []string{SSMName}, IPAddresses: []net.IP{net.ParseIP(SSMAPI)},
		NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	switch k {
	case expired:
		t.NotAfter = time.Now().AddDate(0, 0, -3)
	case otherName:
		t.Subject.CommonName, t.DNSNames, t.IPAddresses = "appliance.local", []string{"appliance.local"}, nil
	}
	der, err := x509.CreateCertificate(rand.Reader, t, a.cert, private.Public(), a.key)
	if err != nil {
		return nil, nil, err
	}
	b, err := x509.MarshalPKCS8PrivateKey(private)
	chain := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})...)
	return chain, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: b}), err
}

// certificate gives the SSM another one; nginx reads it when it begins or is told.
func (s *appliance) certificate(k kind) error {
	cert, key, err := s.certs.certificate(k)
	if err != nil {
		return err
	}
	return errors.Join(s.write("/run/tls/cert.pem", string(cert), 0o644), s.write("/run/tls/key.pem", string(key), 0o600))
}

// roots are what the Manager trusts.
func (s *appliance) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(s.certs.cert)
	return pool
}
