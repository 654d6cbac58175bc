"""The mock of Yandex Market."""
