"""Find the endpoints of services in registries: DNS, Consul, etcd, Kubernetes."""
